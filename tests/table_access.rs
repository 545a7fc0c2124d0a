//! Who uses a table, its stream and its key, in its account and in others.

mod common;

use common::{
    ENVIRONMENTS, findings, one, property, statements,
    tables::{FOREIGN, REGIONS, properties, table},
    template,
};
use serde_json::{Value, json};

/// A function that is granted a word on the table.
fn granted(properties: &str, word: &str) -> String {
    let function = "
  compute:
    worker:
      EncryptedFunction:
        code: { bucket: artifacts, key: worker.zip }
        runtime: java25
        logs-key: security/data
        grants: { storage/orders: WORD }
";
    format!("{}{}", table(properties).trim_end(), function.replace("WORD", word))
}

#[test]
fn a_reader_of_a_stream_gets_the_stream_and_the_key() {
    let stack = granted("stream: keys-only", "read-stream");
    let template = template(ENVIRONMENTS, &stack, "dev");
    let role = statements(&template, "ComputeWorkerRolePolicy", "PolicyDocument");
    let read = one(&role, "ReadStreamStorageOrders");
    let stream =
        "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/app-dev-storage-table-orders/stream/*";
    assert_eq!(read["Resource"], json!({ "Fn::Sub": stream }));
    let actions = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"];
    assert_eq!(read["Action"], json!(actions));
    assert_eq!(one(&role, "ListStreamsForStorageOrders")["Resource"], "*");
    assert!(role.iter().all(|(_, statement)| !statement.to_string().contains("dynamodb:GetItem")), "and no items");
    let key = statements(&template, "SecurityData", "KeyPolicy");
    assert_eq!(one(&key, "DynamoDbUseByComputeWorkerRole")["Action"], "kms:Decrypt");
    let found = findings(ENVIRONMENTS, &granted("ttl: gone", "[read, read-stream]"), "dev");
    assert!(found.contains("error[conflicting-properties]: `storage/orders` has no stream to read"), "{found}");
}

#[test]
fn a_restore_role_uses_the_key_for_restored_tables_only() {
    let stack = table("restore-role: operations/Restore");
    let made = template(ENVIRONMENTS, &stack, "dev");
    let key = statements(&made, "SecurityData", "KeyPolicy");
    let caller = json!({ "aws:PrincipalArn": { "Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/operations/Restore" } });
    let via = json!({ "Fn::Sub": "dynamodb.${AWS::Region}.amazonaws.com" });
    let account = json!({ "Ref": "AWS::AccountId" });
    for (id, actions) in [
        ("DynamoDbRestore", json!(["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"])),
        ("DynamoDbRestoreGrant", json!("kms:CreateGrant")),
    ] {
        let statement = one(&key, id);
        assert_eq!(statement["Action"], actions);
        assert_eq!(statement["Condition"]["ArnEquals"], caller);
        assert_eq!(
            statement["Condition"]["StringLike"],
            json!({ "kms:EncryptionContext:aws:dynamodb:tableName": "app-dev-storage-table-orders-restore*" })
        );
        assert_eq!(
            statement["Condition"]["StringEquals"],
            json!({ "kms:ViaService": via, "kms:EncryptionContext:aws:dynamodb:subscriberId": account })
        );
    }
    assert_eq!(one(&key, "DynamoDbRestoreGrant")["Condition"]["Bool"], json!({ "kms:GrantIsForAWSResource": "true" }));
    // A condition on a context would deny what carries none.
    assert_eq!(
        one(&key, "DynamoDbRestoreDescribe")["Condition"],
        json!({ "ArnEquals": caller, "StringEquals": { "kms:ViaService": via } })
    );
    let source = one(&key, "DynamoDbRestoreSource");
    assert_eq!(source["Action"], "kms:Decrypt");
    assert_eq!(
        source["Condition"]["StringEquals"]["kms:EncryptionContext:aws:dynamodb:tableName"],
        "app-dev-storage-table-orders"
    );
    let without = statements(&template(ENVIRONMENTS, &table("ttl: gone"), "dev"), "SecurityData", "KeyPolicy");
    assert!(without.iter().all(|(id, _)| !id.contains("Restore")), "and nobody else restores");
}

#[test]
fn a_role_of_another_account_is_let_in_by_the_table_and_its_stream() {
    let organization = format!("organization: o-a1b2c3d4e5\n{REGIONS}");
    let indexes = "global-indexes: { by-day: { partition-key: { day: S } } }";
    let stack = format!("{}{FOREIGN}", table(&format!("stream: keys-only, {indexes}")).trim_end());
    let folder = common::folder(&organization, &[("app.yaml", &stack)]);
    let (synthesis, found) = common::try_synthesize(folder.path(), "prod");
    let stack = synthesis.unwrap_or_else(|| panic!("{found}")).stacks.remove(0);
    let policy = property(&stack.template, "StorageOrders", "ResourcePolicy")["PolicyDocument"].clone();
    let arn = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:111122223333:table/app-prod-storage-table-orders";
    let statement = &policy["Statement"][0];
    assert_eq!(statement["Sid"], "ReadByOutsideAuditor");
    assert_eq!(statement["Principal"], json!({ "AWS": { "Fn::Sub": "arn:${AWS::Partition}:iam::444455556666:root" } }));
    assert_eq!(statement["Resource"], json!([{ "Fn::Sub": arn }, { "Fn::Sub": format!("{arn}/index/*") }]));
    let condition = json!({
        "ArnEquals": { "aws:PrincipalArn": "arn:aws:iam::444455556666:role/audit/Reader" },
        "StringEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" },
    });
    assert_eq!(statement["Condition"], condition);
    let stream = property(&stack.template, "StorageOrders", "StreamSpecification")["ResourcePolicy"].clone();
    let statement = &stream["PolicyDocument"]["Statement"][0];
    assert_eq!(
        statement["Action"],
        json!(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"])
    );
    assert_eq!(statement["Resource"], "*", "the stream that has the policy");
    assert_eq!(statement["Condition"], condition);
    let key = statements(&stack.template, "SecurityData", "KeyPolicy");
    let used = &one(&key, "DynamoDbUseByOutsideAuditor")["Condition"];
    assert_eq!(
        used["StringEquals"]["kms:EncryptionContext:aws:dynamodb:subscriberId"], "111122223333",
        "the table's account"
    );
    let [request] = stack.requests.as_slice() else { panic!("its owner is asked once: {:?}", stack.requests) };
    let asked = request.document.to_string();
    assert!(asked.contains("dynamodb:GetItem") && asked.contains("/stream/*"), "{asked}");
}

#[test]
fn a_role_of_the_same_account_needs_no_policy_of_the_table() {
    let template = template(ENVIRONMENTS, &granted("stream: keys-only", "[read, read-stream]"), "dev");
    let table = properties(&template, "StorageOrders");
    assert_eq!(table["ResourcePolicy"], Value::Null);
    assert_eq!(table["StreamSpecification"]["ResourcePolicy"], Value::Null);
}

#[test]
fn the_key_of_a_table_is_in_its_account() {
    let stack = table("ttl: gone").replace(
        "data: { KmsKey: {} }",
        "data: { ImportedKey: { arn: 'arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab' } }",
    );
    let found = findings(REGIONS, &stack, "prod");
    let message = "error[wrong-reference]: the key is in the account `444455556666`, and a table takes one of its own, \
        which is `111122223333`";
    assert!(found.contains(message), "{found}");
    let own = stack.replace("444455556666", "111122223333");
    assert!(!findings(REGIONS, &own, "prod").contains("error"), "{}", findings(REGIONS, &own, "prod"));
}
