//! The policies of a table and its stream, which let roles of other accounts in.

use super::EncryptedTable;
use super::access::stream_word;
use crate::cfn::dynamodb::ResourcePolicy;
use crate::cfn::policy::{Action, PolicyDocument, Statement};
use crate::cfn::{Arn, Handle, Named};
use crate::construct::{Cx, role_principal};
use crate::service::dynamodb as facts;

impl EncryptedTable {
    /// The policy of the table and its indexes, and that of its stream; none where all roles are of its account. The
    /// own policy of a role of another one does not let it in.
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/rbac-auth-iam-id-based-policies-DDB.html>
    pub(super) fn policies<R: Named>(
        &self,
        table: &Handle<R>,
        cx: &Cx<'_>,
    ) -> (Option<ResourcePolicy>, Option<ResourcePolicy>) {
        let (mut of_table, mut of_stream) = (Vec::new(), Vec::new());
        for (grant, role) in cx.granted_to_roles().filter(|(_, role)| cx.may_be_foreign(role)) {
            let (principal, condition) = role_principal(role, cx.target(), cx.house());
            let allow = |verb: &str, actions: Vec<Action>, resources: Vec<Arn>| {
                let statement = Statement::allow(format!("{verb}By{}", role.id().logical), actions, resources);
                statement.to(principal.clone()).when(condition.clone())
            };
            if grant.reads() || grant.writes() {
                let parts = self.parts_of(grant).iter().map(|part| Arn::naming(table).join(part));
                of_table.push(allow(grant.verb(), grant.actions(facts::READ, facts::WRITE), parts.collect()));
            }
            if stream_word(grant).is_some() {
                // The ARN of a stream holds the time at which it was made, so its policy speaks of whatever has it.
                of_stream.push(allow("Read", facts::READ_STREAM.to_vec(), vec![Arn::any()]));
            }
        }
        (policy(of_table), policy(of_stream))
    }
}

fn policy(statements: Vec<Statement>) -> Option<ResourcePolicy> {
    (!statements.is_empty()).then(|| ResourcePolicy { policy_document: PolicyDocument::new(statements) })
}
