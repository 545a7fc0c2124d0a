//! Capacity of a table in one region that follows the load.

use super::EncryptedTable;
use super::capacity::{Provision, Scaling};
use crate::cfn::application_auto_scaling::{PredefinedMetric, ScalableTarget, ScalingPolicy, TargetTracking};
use crate::cfn::{Handle, Val, dynamodb, global_arn};
use crate::construct::{Cx, Naming, Resources};
use crate::name::pascal;
use crate::service::dynamodb::SCALING_ROLE;

/// What moves between bounds: the reads or writes of a table, or of an index.
#[derive(Debug)]
struct Scaled<'t> {
    index: Option<&'t str>,
    direction: &'static Direction,
    scaling: Scaling,
}

/// Reads or writes, in the words of Application Auto Scaling.
/// <https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html>
#[derive(Debug)]
struct Direction {
    role: &'static str,
    of_table: &'static str,
    of_index: &'static str,
    metric: &'static str,
    policy: &'static str,
}

const READS: Direction = Direction {
    role: "ReadCapacity",
    of_table: "dynamodb:table:ReadCapacityUnits",
    of_index: "dynamodb:index:ReadCapacityUnits",
    metric: "DynamoDBReadCapacityUtilization",
    policy: "ReadUtilization",
};

const WRITES: Direction = Direction {
    role: "WriteCapacity",
    of_table: "dynamodb:table:WriteCapacityUnits",
    of_index: "dynamodb:index:WriteCapacityUnits",
    metric: "DynamoDBWriteCapacityUtilization",
    policy: "WriteUtilization",
};

/// The resources that move one of them.
pub(super) type Parts = (Handle<ScalableTarget>, Handle<ScalingPolicy>);

/// All that moves, of the table and then of its global indexes. Those move as the table does unless they say otherwise,
/// which AWS "highly recommends". <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html>
fn scaled(table: &EncryptedTable) -> impl Iterator<Item = Scaled<'_>> {
    let indexes = table.global_indexes.iter().map(|(name, index)| (Some(name.value.as_str()), table.provision(index)));
    let all = std::iter::once((None, table.billing().provision())).chain(indexes);
    all.filter_map(|(index, provision)| Some((index, provision?))).flat_map(|(index, Provision { read, write })| {
        let of = |direction, scaling: Option<Scaling>| scaling.map(|scaling| Scaled { index, direction, scaling });
        [of(&READS, read.value.scaling()), of(&WRITES, write.value.scaling())].into_iter().flatten()
    })
}

/// Names what moves the capacities of a table.
pub(super) fn name(table: &EncryptedTable, naming: &mut Naming<'_>) -> Vec<Parts> {
    let named = scaled(table).map(|Scaled { index, direction, .. }| {
        let role = format!("{}{}", index.map(pascal).unwrap_or_default(), direction.role);
        (naming.unnamed(&role), naming.unnamed(&format!("{role}Policy")))
    });
    named.collect()
}

/// Makes what moves the capacities of a table.
pub(super) fn build(
    of: &EncryptedTable,
    table: &Handle<dynamodb::Table>,
    parts: &[Parts],
    cx: &Cx<'_>,
    out: &mut Resources<'_>,
) {
    for (Scaled { index, direction, scaling }, (target, policy)) in scaled(of).zip(parts) {
        let mut resource: Vec<Val<String>> = vec!["table/".into(), table.reference()];
        resource.extend(index.map(|index| format!("/index/{index}").into()));
        let properties = ScalableTarget {
            service_namespace: "dynamodb",
            scalable_dimension: if index.is_some() { direction.of_index } else { direction.of_table },
            resource_id: Val::concat(resource),
            min_capacity: scaling.min.get(),
            max_capacity: scaling.max.get(),
            role_arn: Some(global_arn("iam", cx.target(), SCALING_ROLE)),
            tags: Vec::new(),
        };
        out.add(target, properties);
        let metric = PredefinedMetric { predefined_metric_type: direction.metric };
        let properties = ScalingPolicy {
            policy_name: direction.policy,
            policy_type: "TargetTrackingScaling",
            scaling_target_id: target.reference(),
            target_tracking_scaling_policy_configuration: TargetTracking {
                target_value: scaling.target(),
                predefined_metric_specification: metric,
            },
        };
        out.add(policy, properties);
    }
}
