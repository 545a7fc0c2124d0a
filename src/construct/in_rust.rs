//! References as programs have them: what adding a construct to a stack gives.

use super::reference::{Any, Attribute, AttributeOf, Pool, To};
use crate::cfn::{Named, acm, apigateway, cognito, dynamodb, kms, secretsmanager, sqs};
use crate::document::{OneOrMany, Spanned};

impl<R> To<R> {
    /// The same construct, where one of any kind will do.
    pub fn any(&self) -> To<Any> {
        To::new(self.reference.clone())
    }

    /// Words that are granted on the construct: an entry of somebody's `grants`.
    ///
    /// ```
    /// use synth::cfn::dynamodb::AttributeType::S;
    /// use synth::cfn::lambda::Runtime;
    /// use synth::constructs::{EncryptedFunction, EncryptedTable};
    ///
    /// # let mut stack = synth::program::Stack::new("shop");
    /// let orders = stack.add("storage/orders", EncryptedTable::new("orderId", S));
    /// let report = EncryptedFunction {
    ///     grants: [orders.grant(["read"])].into(),
    ///     environment: [("ORDERS_TABLE".parse()?, orders.name().into())].into(),
    ///     ..EncryptedFunction::new("report.py", Runtime::Python313)
    /// };
    /// # Ok::<(), synth::name::Refused>(())
    /// ```
    pub fn grant<const N: usize>(&self, words: [&str; N]) -> (To<Any>, OneOrMany<Spanned<String>>) {
        (self.any(), OneOrMany(words.map(|word| word.to_owned().into()).to_vec()))
    }

    fn attribute(&self, attribute: Attribute) -> AttributeOf {
        AttributeOf { of: self.reference.value.clone(), attribute }
    }
}

impl<R: Named> To<R> {
    /// Its physical name.
    pub fn name(&self) -> AttributeOf {
        self.attribute(Attribute::Name)
    }

    /// Its ARN.
    pub fn arn(&self) -> AttributeOf {
        self.attribute(Attribute::Arn)
    }
}

impl To<kms::Key> {
    /// The key's id.
    pub fn key_id(&self) -> AttributeOf {
        self.attribute(Attribute::KeyId)
    }

    /// The key's ARN.
    pub fn arn(&self) -> AttributeOf {
        self.attribute(Attribute::Arn)
    }

    /// The key's alias, if it is made with one.
    pub fn alias_name(&self) -> AttributeOf {
        self.attribute(Attribute::AliasName)
    }
}

impl To<Pool> {
    /// One of the pool's keys, counted from 1.
    ///
    /// ```
    /// use synth::constructs::{EncryptedTopic, KeyPool};
    /// use synth::name::Bounded;
    ///
    /// # let mut stack = synth::program::Stack::new("shop");
    /// let pool = stack.add("security/messages", KeyPool::new(Bounded::of::<3>()));
    /// stack.add("messaging/orders", EncryptedTopic { key: Some(pool.key(2)), ..EncryptedTopic::default() });
    /// ```
    pub fn key(&self, number: u32) -> To<kms::Key> {
        let mut reference = self.reference.clone();
        reference.value.member = Some(number);
        To::new(reference)
    }
}

impl To<sqs::Queue> {
    /// The queue's URL.
    pub fn url(&self) -> AttributeOf {
        self.attribute(Attribute::Url)
    }
}

impl To<secretsmanager::Secret> {
    /// What AWS numbers it by: its whole ARN, with the six characters that end it.
    pub fn id(&self) -> AttributeOf {
        self.attribute(Attribute::Id)
    }
}

impl To<cognito::UserPool> {
    /// What AWS numbers it by.
    pub fn id(&self) -> AttributeOf {
        self.attribute(Attribute::Id)
    }

    /// The id of its first client, if it has one.
    pub fn client_id(&self) -> AttributeOf {
        self.attribute(Attribute::ClientId)
    }
}

impl To<dynamodb::Table> {
    /// The ARN of the table's stream, if it has one.
    pub fn stream_arn(&self) -> AttributeOf {
        self.attribute(Attribute::StreamArn)
    }
}

impl To<Any> {
    /// What CloudFormation's `Ref` gives for it, if it is a resource of any type.
    pub fn id(&self) -> AttributeOf {
        self.attribute(Attribute::Id)
    }

    /// An attribute by CloudFormation's name, if it is a resource of any type.
    pub fn get_att(&self, name: &str) -> AttributeOf {
        self.attribute(Attribute::Own(name.into()))
    }
}

impl To<apigateway::RestApi> {
    /// The API's number.
    pub fn id(&self) -> AttributeOf {
        self.attribute(Attribute::Id)
    }

    /// The URL of its stage.
    pub fn url(&self) -> AttributeOf {
        self.attribute(Attribute::Url)
    }
}

impl To<acm::Certificate> {
    /// Its ARN.
    pub fn arn(&self) -> AttributeOf {
        self.attribute(Attribute::Arn)
    }
}

impl To<apigateway::DomainName> {
    /// The URL of the domain.
    pub fn url(&self) -> AttributeOf {
        self.attribute(Attribute::Url)
    }
}
