//! How consistent tables with replicas are.

mod common;

use common::{
    findings,
    tables::{REGIONS, both, properties, replicated, table},
};
use serde_json::{Value, json};

/// A table of dev's three regions.
fn strong(more: &str) -> String {
    replicated(&format!("consistency: strong\n        {more}"), "")
}

#[test]
fn strong_consistency_takes_three_regions_of_one_set() {
    let (near, _) = both(&strong("witness: eu-west-2"), "dev");
    let table = properties(&near, "StorageOrders");
    assert_eq!(table["MultiRegionConsistency"], "STRONG");
    assert_eq!(table["GlobalTableWitnesses"], json!([{ "Region": "eu-west-2" }]));
    assert_eq!(table["StreamSpecification"], Value::Null, "such replicas do not live from a stream");
    let of = |more: &str| findings(REGIONS, &strong(more), "dev");
    let found = of("");
    assert!(
        found.contains("error[conflicting-properties]: strong consistency takes three regions, and the table has 2"),
        "{found}"
    );
    let found = of("witness: us-east-1");
    assert!(
        found.contains(
            "error[unavailable-service]: a strongly consistent table in `eu-west-1` cannot reach `us-east-1`"
        ),
        "{found}"
    );
    let found = of("witness: eu-central-1");
    assert!(found.contains("the table is in `eu-central-1` already, so a witness there decides nothing"), "{found}");
    let found = of("witness: eu-west-2\n        ttl: gone");
    assert!(found.contains("a strongly consistent table has no `ttl`"), "{found}");
    let found =
        of("witness: eu-west-2\n        sort-key: { at: N }\n        local-indexes: { x: { sort-key: { y: N } } }");
    assert!(found.contains("a strongly consistent table has no local indexes"), "{found}");
    let elsewhere = REGIONS.replace("eu-west-1", "ap-south-1");
    let found = findings(&elsewhere, &strong("witness: eu-west-2"), "dev");
    assert!(found.contains("there are no strongly consistent tables in `ap-south-1`"), "{found}");
}

#[test]
fn consistency_is_for_tables_with_replicas() {
    let found = findings(REGIONS, &table("consistency: eventual, witness: eu-west-2"), "dev");
    assert!(found.contains("error[conflicting-properties]: `consistency` is for tables with `replicas`"), "{found}");
    assert!(found.contains("error[conflicting-properties]: `witness` is for tables with `replicas`"), "{found}");
    let found = findings(REGIONS, &replicated("witness: eu-west-2", ""), "dev");
    assert!(found.contains("a witness is for tables with `consistency: strong`"), "{found}");
}
