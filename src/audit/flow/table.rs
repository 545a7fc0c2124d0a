//! Tables are read and written through DynamoDB by whoever may read and write their items.

use super::super::request::Subject;
use super::Flows;
use super::reach::{Operation, reach};
use crate::service::dynamodb::USE;

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

pub(super) fn flows(all: &mut Flows<'_, '_>) {
    let world = all.world;
    let is_table = |kind: &str| matches!(kind, "AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable");
    let tables: Vec<usize> =
        (0..world.deployment.resources.len()).filter(|at| is_table(world.resource(*at).kind())).collect();
    let tables: Vec<usize> = tables.into_iter().filter(|at| world.key_of(*at).is_some()).collect();
    for operation in [&ITEMS, &RECORDS] {
        for (principal, table) in reach(world, &tables, operation, &|_| None) {
            let who = world.resource(world.principals[principal].resource).id;
            let what = format!("`{who}` {} `{}` through DynamoDB", operation.verb, world.resource(table).id);
            for datum in world.data_of(table) {
                let super::super::key::KeyReference::Own(key) = datum.key else { continue };
                let subject = Subject { site: datum.site.clone(), ..Subject::of(world, table) };
                all.by_principal(what.clone(), world.at(table, &datum.pointer), key, &USE, &subject, principal);
            }
        }
    }
}
