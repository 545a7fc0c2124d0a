//! How deliveries over HTTPS are tried again.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::cfn::sns::{self, Backoff, ContentType};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Span};
use crate::document::Spanned;
use crate::name::Bounded;

/// How deliveries over HTTPS are tried again, and how many there are at most.
// https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DeliveryPolicy {
    /// How often in all, 0 to 100, by default 3.
    pub retries: Option<Spanned<Bounded<0, 100>>>,
    /// How often of these at once.
    pub no_delay_retries: Option<Bounded<0, 100>>,
    /// How often of these after `min-delay`, before the delay grows.
    pub min_delay_retries: Option<Bounded<0, 100>>,
    /// How often of these after `max-delay`, when the delay has grown.
    pub max_delay_retries: Option<Bounded<0, 100>>,
    /// The shortest delay in seconds, 1 to 3600, by default 20.
    pub min_delay: Option<Spanned<Bounded<1, 3_600>>>,
    /// The longest delay in seconds, 1 to 3600, by default 20.
    pub max_delay: Option<Spanned<Bounded<1, 3_600>>>,
    /// How the delay grows from one to the other, by default `linear`.
    pub backoff: Option<Backoff>,
    /// How many deliveries there are in a second at most; without it, as many as there are messages.
    pub max_receives_per_second: Option<Bounded<1, { u32::MAX }>>,
    /// The content type of requests, by default `text/plain`. All but that and `application/json` need `raw: true`.
    pub content_type: Option<Spanned<ContentType>>,
}

/// What SNS does where nothing is said.
const RETRIES: u32 = 3;
const DELAY: u32 = 20;

/// The most seconds that all retries may take.
const LONGEST: u32 = 3_600;

impl DeliveryPolicy {
    fn retries(&self) -> u32 {
        self.retries.as_ref().map_or(RETRIES, |retries| retries.value.get())
    }

    fn min_delay(&self) -> u32 {
        self.min_delay.as_ref().map_or(DELAY, |delay| delay.value.get())
    }

    fn max_delay(&self) -> u32 {
        self.max_delay.as_ref().map_or(DELAY, |delay| delay.value.get())
    }

    /// The policy as SNS takes it.
    pub(super) fn lower(&self) -> sns::DeliveryPolicy {
        let phases = [self.no_delay_retries, self.min_delay_retries, self.max_delay_retries];
        let delays = self.retries.is_some() || self.min_delay.is_some() || self.max_delay.is_some();
        let says = delays || self.backoff.is_some() || phases.iter().any(Option::is_some);
        let [no_delay, min_delay, max_delay] = phases.map(|phase| phase.map(Bounded::get));
        sns::DeliveryPolicy {
            healthy_retry_policy: says.then(|| sns::HealthyRetryPolicy {
                min_delay_target: self.min_delay(),
                max_delay_target: self.max_delay(),
                num_retries: self.retries(),
                num_no_delay_retries: no_delay,
                num_min_delay_retries: min_delay,
                num_max_delay_retries: max_delay,
                backoff_function: self.backoff,
            }),
            throttle_policy: self
                .max_receives_per_second
                .map(|most| sns::ThrottlePolicy { max_receives_per_second: most.get() }),
            request_policy: self
                .content_type
                .as_ref()
                .map(|content| sns::RequestPolicy { header_content_type: content.value }),
        }
    }

    /// What SNS would refuse; `at` is where the policy stands.
    pub(super) fn check(&self, raw: bool, at: Span) -> Diagnostics {
        let mut found = Diagnostics::default();
        let conflict = |at: Span, message: String| Diagnostic::error(Code::ConflictingProperties, at, message);
        let (min, max) = (self.min_delay(), self.max_delay());
        if min > max {
            let place = self.min_delay.as_ref().or(self.max_delay.as_ref()).map_or(at, |delay| delay.span);
            found.push(conflict(place, format!("the shortest delay is {min} seconds, the longest {max}")));
        }
        let phases = [self.no_delay_retries, self.min_delay_retries, self.max_delay_retries];
        let [no_delay, min_delay, max_delay] = phases.map(|phase| phase.map_or(0, Bounded::get));
        let (phased, all) = (no_delay + min_delay + max_delay, self.retries());
        if phased > all {
            let place = self.retries.as_ref().map_or(at, |retries| retries.span);
            found.push(conflict(place, format!("the phases have {phased} retries, and there are {all} in all")));
        }
        // Whatever the delay grows by, it is never less than the shortest one.
        let seconds = min_delay * min + max_delay * max + all.saturating_sub(phased) * min;
        if seconds > LONGEST {
            let message = format!("these retries take {seconds} seconds or more, of at most {LONGEST}");
            found.push(Diagnostic::error(Code::LimitExceeded, at, message));
        }
        let plain = [ContentType::PlainText, ContentType::Json];
        if let Some(content) = self.content_type.as_ref().filter(|content| !raw && !plain.contains(&content.value)) {
            found.push(
                conflict(content.span, "only raw messages have this content type".to_owned()).hint("`raw: true`"),
            );
        }
        found
    }
}
