//! Topics whose messages call a function.

use crate::cfn::{Arn, Handle, lambda, sns};
use crate::construct::{Cx, Naming, Resources, To};
use crate::constructs::fifo::is_fifo;
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::service::sns::PRINCIPAL;

/// A function's subscription to a topic, and what lets SNS call the function for that topic.
#[derive(Debug)]
pub(super) struct Trigger {
    subscription: Handle<sns::Subscription>,
    permission: Handle<lambda::Permission>,
}

impl Trigger {
    pub(super) fn name(to: &To<sns::Topic>, naming: &mut Naming<'_>) -> Self {
        let topic = to.pascal();
        Self {
            subscription: naming.unnamed(&format!("{topic}Subscription")),
            permission: naming.unnamed(&format!("{topic}Permission")),
        }
    }

    /// The topic, if it can call a function.
    pub(super) fn topic(to: &To<sns::Topic>, cx: &Cx<'_>) -> Result<Handle<sns::Topic>> {
        let topic = cx.get_here(to)?;
        if is_fifo(&topic) {
            // https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html
            let message = "messages of a FIFO topic reach queues only";
            return Err(Diagnostic::error(Code::ConflictingProperties, to.span(), message).into());
        }
        Ok(topic)
    }

    pub(super) fn build(
        &self,
        topic: &Handle<sns::Topic>,
        function: &Handle<lambda::Function>,
        cx: &Cx<'_>,
        out: &mut Resources<'_>,
    ) {
        let properties = lambda::Permission {
            function_name: function.reference(),
            action: "lambda:InvokeFunction",
            principal: PRINCIPAL.at(cx.target()),
            source_account: None,
            source_arn: Some(cx.arn(topic)),
        };
        out.add(&self.permission, properties);
        let endpoint = Arn::of(function).after(&self.permission).text();
        let properties = sns::Subscription::new(cx.arn(topic).text(), sns::Protocol::Lambda, endpoint);
        out.add(&self.subscription, properties);
    }
}
