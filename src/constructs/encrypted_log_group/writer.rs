//! AWS services that write to a log group by themselves, and the group's policy.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::cfn::policy::{Principal, Statement};
use crate::cfn::{Arn, Handle, logs};
use crate::construct::Cx;
use crate::diagnostic::{Code, Diagnostic};
use crate::document::Spanned;
use crate::service::logs as facts;

/// An AWS service that writes to log groups by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Writer {
    /// The delivery of logs for API Gateway, Step Functions, VPC flow logs and others.
    Delivery,
    /// Amazon `OpenSearch` Service, for its domains.
    Opensearch,
    /// Amazon Route 53, for queries of public zones; in us-east-1.
    Route53,
}

impl Writer {
    fn fact(self) -> &'static facts::Writer {
        match self {
            Self::Delivery => &facts::DELIVERY,
            Self::Opensearch => &facts::OPENSEARCH,
            Self::Route53 => &facts::ROUTE53,
        }
    }
}

/// The group's policy: each service that writes here, for its sources in this account. Findings of other groups come
/// by delivery too, whose source is documented as a pattern.
pub(super) fn statements(writers: &[Spanned<Writer>], group: &Handle<logs::LogGroup>, cx: &Cx<'_>) -> Vec<Statement> {
    let granted = cx.granted().iter().filter_map(|grant| grant.service());
    let findings = granted.map(|service| {
        assert_eq!(*service.principal, facts::DELIVERY.principal, "only findings are delivered by a grant");
        &facts::DELIVERY
    });
    let mut all: Vec<&facts::Writer> = Vec::new();
    for fact in writers.iter().map(|writer| writer.value.fact()).chain(findings) {
        if !all.contains(&fact) {
            all.push(fact);
        }
    }
    let at = cx.target();
    let statement = |fact: &facts::Writer| {
        let streams = vec![Arn::naming(group).join(":*")];
        let principal = Principal::Service(vec![fact.principal.at(at)]);
        Statement::allow(format!("WriteBy{}", fact.id), facts::WRITE.to_vec(), streams)
            .to(principal)
            .when(fact.source.condition(at, None))
    };
    all.into_iter().map(statement).collect()
}

/// Whether the service can write here.
pub(super) fn check(writer: &Spanned<Writer>, cx: &Cx<'_>) -> Option<Diagnostic> {
    let at = cx.target();
    let unavailable = |message: String| Some(Diagnostic::error(Code::UnavailableService, writer.span, message));
    let partition = at.partition().filter(|partition| writer.value.fact().principal.absent_from.contains(partition));
    if let Some(partition) = partition {
        return unavailable(format!("this service does not write logs in the partition `{}`", partition.name()));
    }
    match &at.region {
        Some(region) if writer.value == Writer::Route53 && region.as_str() != facts::ROUTE53_REGION => unavailable(
            format!("Route 53 writes to log groups in `{}` only, and this is in `{region}`", facts::ROUTE53_REGION),
        ),
        _ => None,
    }
}
