//! Tables are read and written through DynamoDB by whoever may read and write their items.

use super::super::request::Subject;
use super::finder::{Finder, Use};
use super::reach::{Operation, reach};
use crate::service::dynamodb::USE;

pub(super) const KINDS: &[&str] = &["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"];

const ITEMS: Operation = Operation {
    actions: &[
        "dynamodb:GetItem",
        "dynamodb:Query",
        "dynamodb:Scan",
        "dynamodb:BatchGetItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "dynamodb:DeleteItem",
        "dynamodb:BatchWriteItem",
        "dynamodb:ConditionCheckItem",
    ],
    below: "",
    verb: "reads or writes items of",
};

const RECORDS: Operation =
    Operation { actions: &["dynamodb:GetRecords"], below: "/stream/any", verb: "reads the stream of" };

pub(super) fn find(finder: &mut Finder<'_, '_>) {
    let world = finder.world;
    let tables = finder.encrypted(KINDS);
    for operation in [&ITEMS, &RECORDS] {
        for reached in reach(finder, &tables, operation) {
            used(finder, reached.principal, reached.resource, operation.verb);
        }
    }
    for (at, mapping) in world.deployment.of_kind("AWS::Lambda::EventSourceMapping") {
        let stream = mapping.text(&["EventSourceArn"]).unwrap_or_default();
        let table = stream.split_once("/stream/").and_then(|(table, _)| world.deployment.by_arn(table));
        if let Some((table, role)) = table.zip(super::function::role_of_mapping(world, at)) {
            used(finder, role, table, RECORDS.verb);
        }
    }
}

/// A role uses the key of a table, in each region that has a replica.
fn used(finder: &mut Finder<'_, '_>, principal: usize, table: usize, verb: &str) {
    let world = finder.world;
    let who = finder.id(world.principals[principal].resource);
    let what = format!("`{who}` {verb} `{}` through DynamoDB", finder.id(table));
    for under in finder.under(table) {
        let subject = Subject { site: under.site.clone(), ..Subject::of(world, table) };
        let usage = Use { what: &what, access: &USE, subject: &subject };
        finder.by_principal(&under, world.at(world.principals[principal].resource, ""), usage, principal);
    }
}
