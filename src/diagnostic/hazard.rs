//! The stable names of what an audit finds.

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::Deserialize;

/// The kinds of findings. `synth explain` prints what stands here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Hazard {
    /// A service, role or user has to use a key and its policies do not let it.
    ///
    /// What is encrypted under the key cannot be written, read or delivered: creation fails, or messages and log events
    /// are lost without a word. The finding shows the request that the service makes, the statement that comes nearest
    /// to allowing it, and what would.
    KeyUnusable,
    /// A statement denies a use of the key that the template itself needs.
    ///
    /// A denial wins over every statement that allows. Narrow it, by `aws:PrincipalArn` or by `kms:ViaService`, to
    /// those who are meant.
    SelfDenial,
    /// Nobody can change the policy of a key.
    ///
    /// KMS refuses to create such a key, unless it is told to skip the check, and then only AWS Support can help.
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#prevent-unmanageable-key>
    LockOut,
    /// A key can go while what is encrypted under it stays.
    ///
    /// What stays can never be read again. Give the key the deletion and replacement policies of the data, or stronger.
    KeyOutlived,
    /// What is protected against deletion is to be deleted with its stack.
    ///
    /// Deleting the stack fails there, half way. Keep the resource (`DeletionPolicy: Retain`), or leave the protection
    /// off.
    ProtectionContradiction,
    /// A key under protected data can be destroyed by whoever may manage it.
    ///
    /// The data is protected against deletion, and losing its key loses it all the same. A statement that denies
    /// `kms:ScheduleKeyDeletion` and `kms:DisableKey` to all but one role closes that.
    DestructionOpen,
    /// A statement lets everybody in, or all of an account, without a condition.
    ///
    /// Name roles or services, or test `kms:CallerAccount` and `kms:ViaService`.
    WildcardPrincipal,
    /// A service may use the key on behalf of anybody.
    ///
    /// The service names the resource that it acts for, and the statement does not test it: another customer's resource
    /// can make the service use this key. Test `aws:SourceArn`, `aws:SourceAccount` or the encryption context.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html>
    ConfusedDeputy,
    /// A statement allows grants to anybody.
    ///
    /// Whoever may create grants may give himself any use of the key. Test `kms:GrantIsForAWSResource`.
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/grant-manage.html>
    OpenGrant,
    /// A statement, or a part of it, can never have an effect.
    ///
    /// It names an action, a resource or a principal that does not exist, or that never makes such requests.
    DeadStatement,
    /// A statement, or a part of it, is needed by nothing that the templates describe.
    OverPermission,
    /// A condition keeps out no request that the templates can make: whether it does anything is not proven.
    UnprovenCondition,
    /// Two resources need an order and have none.
    ///
    /// CloudFormation makes them at the same time, and whether the deployment succeeds is a matter of luck. Add
    /// `DependsOn`.
    OrderRace,
    /// A policy is longer than AWS accepts.
    PolicyTooLarge,
    /// Two resources have the same name.
    DuplicateName,
    /// Resources wait for each other.
    DependencyCycle,
    /// An acknowledgement silences nothing.
    UnusedAcknowledgement,
}

impl Hazard {
    /// The hazard as it is written: `key-unusable`.
    pub fn name(self) -> String {
        self.to_possible_value().expect("no hazard is hidden").get_name().to_owned()
    }

    /// The hazard of this name.
    pub fn find(name: &str) -> Option<Self> {
        Self::value_variants().iter().copied().find(|hazard| hazard.name() == name)
    }

    /// Its documentation.
    pub fn explanation(self) -> String {
        super::code::explanation::<Self>(&self.name())
    }
}
