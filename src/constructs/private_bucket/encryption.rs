//! What uploads may say of their encryption.

use super::{PrivateBucket, algorithm};
use crate::cfn::Val;
use crate::cfn::policy::{Condition, Operator, Principal, Statement};
use crate::construct::Encryption;

/// Uploads may say nothing of their encryption, or name what the bucket does anyway. Who names KMS without a key would
/// get the account's `aws/s3`, whose id nobody here knows.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/specifying-kms-encryption.html>
pub(in crate::constructs) fn only_this_encryption(bucket: &PrivateBucket, encryption: &Encryption) -> Vec<Statement> {
    const ALGORITHM: &str = "s3:x-amz-server-side-encryption";
    const KEY: &str = "s3:x-amz-server-side-encryption-aws-kms-key-id";
    let absent = |header, yes: bool| Condition::default().and(Operator::Null, header, [yes.to_string().into()]);
    let other = |header, than| absent(header, false).and(Operator::StringNotEquals, header, [than]);
    let deny = |sid, condition| {
        let put = Statement::allow(sid, vec!["s3:PutObject"], vec![bucket.objects()]);
        put.deny().to(Principal::Everyone).when(condition)
    };
    let algorithm: Val<String> = algorithm(encryption).word().into();
    let mut statements = vec![deny("DenyOtherAlgorithm", other(ALGORITHM, algorithm.clone()))];
    match encryption {
        Encryption::AwsOwned => {}
        Encryption::AwsManaged => statements.push(deny("DenyOtherKey", absent(KEY, false))),
        Encryption::Customer(key) => {
            let no_key = absent(KEY, true).and(Operator::StringEquals, ALGORITHM, [algorithm]);
            statements.push(deny("DenyOtherKey", other(KEY, key.arn().text())));
            statements.push(deny("DenyKmsWithoutKey", no_key));
        }
    }
    statements
}
