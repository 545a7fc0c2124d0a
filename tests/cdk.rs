//! AWS CDK's own integration snapshots, rebuilt as stack files. `tests/cdk/README.md` says what stands where.
//! `INSTA_UPDATE=always cargo test` writes `docs/cdk.md` anew, like a snapshot.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json, json};
use synth::template::Value;

const TABLE: &str = "docs/cdk.md";

/// Where CDK has its snapshots.
const FOLDER: &str = "packages/@aws-cdk-testing/framework-integ/test";

/// What is different in every template, and why.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct House {
    reasons: IndexMap<String, Reason>,
    /// What all of our resources of a type say that CDK's do not, by property.
    properties: BTreeMap<String, BTreeMap<String, String>>,
    /// The types of resources that we have where CDK has none.
    resources: BTreeMap<String, String>,
}

/// Why something is different, and by what one sees that it still is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    says: String,
    /// A text that ours contains.
    shows: Option<String>,
    /// A text that ours does not contain.
    hides: Option<String>,
}

/// A snapshot of CDK's, resource by resource.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Snapshot {
    title: String,
    sources: Vec<Source>,
    /// The stacks that rebuild it.
    stacks: Vec<String>,
    /// CDK's resources, by their logical ids.
    resources: IndexMap<String, Theirs>,
    /// Our resources that are none of CDK's, by their logical ids, each with a reason.
    #[serde(default)]
    added: IndexMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    path: String,
    commit: String,
}

/// A resource of CDK's. Each of its properties stands in `same`, `better` or `gone`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Theirs {
    r#type: String,
    /// Our resource.
    ours: Option<String>,
    /// Why there is none.
    without: Option<String>,
    /// Properties that are the same, with references to CDK's resources. Of one that is different, parts can be the
    /// same: `Replicas/0/TableClass`.
    #[serde(default)]
    same: IndexMap<String, Json>,
    /// Properties that are different.
    #[serde(default)]
    better: IndexMap<String, Better>,
    /// Properties that only CDK's has, each with a reason.
    #[serde(default)]
    gone: IndexMap<String, String>,
    /// Properties that only ours has, each with a reason, besides those of all resources of the type.
    #[serde(default)]
    added: IndexMap<String, String>,
}

/// A property that is different: what it is with CDK, as it is or in words, and why.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Better {
    was: Json,
    because: String,
}

/// A resource of ours: its type, its deletion policies unless it is deleted, and its properties, in one map.
type Ours = Map<String, Json>;

fn read<T: DeserializeOwned>(path: &Path) -> T {
    let text = fs::read_to_string(path).expect("the file can be read");
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn house() -> House {
    read(Path::new("tests/cdk/house.yaml"))
}

/// The snapshots, by their names.
fn snapshots() -> BTreeMap<String, Snapshot> {
    let folder = fs::read_dir("tests/cdk/snapshots").expect("there are snapshots");
    let paths = folder.map(|entry| entry.expect("the folder can be read").path());
    let name = |path: &Path| path.file_stem().expect("files have names").to_string_lossy().into_owned();
    paths.map(|path| (name(&path), read(&path))).collect()
}

/// Our resources, by stack and logical id.
fn stacks() -> BTreeMap<String, IndexMap<String, Ours>> {
    let (synthesis, found) = common::try_synthesize(Path::new("tests/cdk/stacks"), "integ");
    assert!(common::only_notes(&found), "{found}");
    let mut all: BTreeMap<String, IndexMap<String, Ours>> = BTreeMap::new();
    for stack in synthesis.expect("nothing was wrong").stacks {
        let resources = all.entry(stack.stack).or_default();
        for (id, resource) in stack.template.resources {
            let policies =
                [("DeletionPolicy", resource.deletion_policy), ("UpdateReplacePolicy", resource.update_replace_policy)];
            let kept =
                policies.into_iter().filter_map(|(name, policy)| Some((name, policy.filter(|it| it != "Delete")?)));
            let mut ours: Ours = kept.map(|(name, policy)| (name.to_owned(), policy.into())).collect();
            ours.insert("Type".to_owned(), resource.kind.into());
            ours.extend(common::json(&Value::Map(resource.properties)).as_object().expect("it is a map").clone());
            resources.insert(id, ours);
        }
    }
    all
}

/// A snapshot, and the resources of the stacks that rebuild it.
struct Pair<'p> {
    snapshot: &'p Snapshot,
    ours: IndexMap<&'p str, &'p Ours>,
}

impl<'p> Pair<'p> {
    fn new(snapshot: &'p Snapshot, stacks: &'p BTreeMap<String, IndexMap<String, Ours>>) -> Self {
        let ours = snapshot.stacks.iter().flat_map(|stack| &stacks[stack]);
        Self { snapshot, ours: ours.map(|(id, ours)| (id.as_str(), ours)).collect() }
    }

    /// Whether a value of ours is that of CDK's, with references to our resources instead of CDK's.
    fn same(&self, theirs: &Json, ours: &Json) -> bool {
        if let Some((id, attribute)) = self.target(theirs) {
            let reference = match attribute {
                None => json!({ "Ref": id }),
                Some(attribute) => json!({ "Fn::GetAtt": [id, attribute] }),
            };
            return *ours == reference || self.ours.get(id).is_some_and(|resource| names(resource, ours));
        }
        match (theirs, ours) {
            (Json::Object(theirs), Json::Object(ours)) => {
                let mut all = theirs.iter();
                theirs.len() == ours.len() && all.all(|(key, it)| ours.get(key).is_some_and(|ours| self.same(it, ours)))
            }
            (Json::Array(theirs), Json::Array(ours)) => {
                theirs.len() == ours.len() && theirs.iter().zip(ours).all(|(theirs, ours)| self.same(theirs, ours))
            }
            _ => theirs == ours,
        }
    }

    /// The resource of ours that a reference to one of CDK's is about, and the attribute of it.
    fn target<'v>(&self, value: &'v Json) -> Option<(&'p str, Option<&'v str>)> {
        let attribute = &value["Fn::GetAtt"];
        let id = value["Ref"].as_str().or_else(|| attribute[0].as_str())?;
        Some((self.snapshot.resources.get(id)?.ours.as_deref()?, attribute[1].as_str()))
    }
}

/// Whether a text is a resource's name, or an ARN that ends with it: what is known beforehand needs no reference.
fn names(resource: &Ours, text: &Json) -> bool {
    let mut properties =
        ["BucketName", "FunctionName", "LogGroupName", "Name", "QueueName", "RoleName", "TableName", "TopicName"]
            .iter();
    let name = properties.find_map(|property| resource.get(*property)?.as_str());
    let text = text["Fn::Sub"].as_str().or_else(|| text.as_str()).map(|text| text.trim_end_matches(":*"));
    let before = text.zip(name).and_then(|(text, name)| text.strip_suffix(name));
    before.is_some_and(|before| before.is_empty() || before.ends_with([':', '/']))
}

/// What a comparison finds.
#[derive(Default)]
struct Findings {
    mistakes: Vec<String>,
    /// The reasons that something is different for.
    needed: BTreeSet<String>,
}

impl Findings {
    fn expect(&mut self, holds: bool, mistake: impl FnOnce() -> String) {
        if !holds {
            self.mistakes.push(mistake());
        }
    }

    /// A reason for `ours` to be what it is.
    fn because(&mut self, house: &House, place: &str, reason: Option<&String>, ours: Option<&Json>) {
        let text = ours.map(Json::to_string).unwrap_or_default();
        let Some((name, Reason { shows, hides, .. })) = reason.and_then(|reason| house.reasons.get_key_value(reason))
        else {
            return self.mistakes.push(format!("{place} has no reason, or one that is not in house.yaml: {text}"));
        };
        self.needed.insert(name.clone());
        let holds = shows.as_ref().is_none_or(|shows| text.contains(shows))
            && hides.as_ref().is_none_or(|hides| !text.contains(hides));
        self.expect(holds, || format!("{place}: `{name}` does not hold: {text}"));
    }

    /// Each of CDK's resources against ours, and each of ours against CDK's.
    fn compare(&mut self, house: &House, name: &str, pair: &Pair<'_>) {
        let known: BTreeSet<&str> =
            pair.snapshot.resources.values().filter_map(|theirs| theirs.ours.as_deref()).collect();
        for (id, theirs) in &pair.snapshot.resources {
            let place = format!("{name}: {id}");
            match theirs.ours.as_deref().map(|id| pair.ours.get(id)) {
                Some(Some(ours)) => self.compare_resource(house, &place, pair, theirs, ours),
                Some(None) => self.mistakes.push(format!("{place}: ours does not exist")),
                None => self.because(house, &place, theirs.without.as_ref(), None),
            }
        }
        for (id, ours) in pair.ours.iter().filter(|(id, _)| !known.contains(*id)) {
            let kind = ours["Type"].as_str().unwrap_or_default();
            let reason = pair.snapshot.added.get(*id).or_else(|| house.resources.get(kind));
            self.because(
                house,
                &format!("{name}: {id}, which CDK has not"),
                reason,
                Some(&Json::from((*ours).clone())),
            );
        }
        for id in pair.snapshot.added.keys() {
            let id = id.as_str();
            self.expect(pair.ours.contains_key(id) && !known.contains(id), || format!("{name}: {id} is not added"));
        }
    }

    fn compare_resource(&mut self, house: &House, place: &str, pair: &Pair<'_>, theirs: &Theirs, ours: &Ours) {
        let Theirs { same, better, gone, .. } = theirs;
        let kind = ("Type".to_owned(), Json::from(theirs.r#type.as_str()));
        for (property, value) in same.iter().chain(Some((&kind.0, &kind.1)).filter(|_| !better.contains_key("Type"))) {
            let (top, part) = property.find('/').map_or((property.as_str(), ""), |at| property.split_at(at));
            let ours = ours.get(top).and_then(|ours| ours.pointer(part)).unwrap_or(&Json::Null);
            self.expect(pair.same(value, ours), || {
                format!("{place}.{property} is not the same: {value}, ours: {ours}")
            });
        }
        for (property, Better { was, because }) in better {
            let ours = ours.get(property);
            let different = ours.is_some_and(|ours| !pair.same(was, ours));
            self.expect(different, || format!("{place}.{property} is the same, or gone"));
            self.because(house, &format!("{place}.{property}"), Some(because), ours);
        }
        for (property, reason) in gone {
            self.expect(!ours.contains_key(property), || format!("{place}.{property} is not gone"));
            self.because(house, &format!("{place}.{property}"), Some(reason), None);
        }
        for (property, reason) in added(house, theirs, ours) {
            let place = format!("{place}.{property}, which CDK has not");
            self.because(house, &place, reason, ours.get(property));
        }
        for property in theirs.added.keys().filter(|property| !ours.contains_key(*property)) {
            self.mistakes.push(format!("{place}.{property} is not added"));
        }
    }
}

/// The properties that only ours has, each with its reason.
fn added<'a>(
    house: &'a House,
    theirs: &'a Theirs,
    ours: &'a Ours,
) -> impl Iterator<Item = (&'a String, Option<&'a String>)> {
    let known = |property: &str| {
        property == "Type" || theirs.same.contains_key(property) || theirs.better.contains_key(property)
    };
    let house = house.properties.get(&theirs.r#type);
    let reason = move |property: &String| theirs.added.get(property).or_else(|| house?.get(property));
    ours.keys().filter(move |property| !known(property)).map(move |property| (property, reason(property)))
}

#[test]
fn every_difference_from_cdk_has_a_reason_that_holds() {
    let (house, stacks) = (house(), stacks());
    let mut found = Findings::default();
    for (name, snapshot) in &snapshots() {
        found.compare(&house, name, &Pair::new(snapshot, &stacks));
    }
    assert!(found.mistakes.is_empty(), "{}", found.mistakes.join("\n"));
    let unneeded: Vec<&String> = house.reasons.keys().filter(|reason| !found.needed.contains(*reason)).collect();
    assert!(unneeded.is_empty(), "nothing is different because of {unneeded:?}");
}

#[test]
fn there_are_three_snapshots_of_each_service() {
    let names: Vec<String> = snapshots().into_keys().collect();
    for service in ["dynamodb", "kms", "logs", "s3", "sns"] {
        assert_eq!(names.iter().filter(|name| name.starts_with(service)).count(), 3, "{service}");
    }
}

#[test]
fn the_table_says_what_is_compared() {
    let (house, stacks) = (house(), stacks());
    let mut text = fs::read_to_string("tests/cdk/introduction.md").expect("the table has an introduction");
    for (name, snapshot) in &snapshots() {
        write!(text, "\n{}", section(&house, name, &Pair::new(snapshot, &stacks))).expect("text can be written to");
    }
    text.push_str("\n## Reasons\n\n");
    for (name, Reason { says, .. }) in &house.reasons {
        writeln!(text, "- `{name}`: {says}").expect("text can be written to");
    }
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        fs::write(TABLE, &text).expect("the table can be written");
    }
    let written = fs::read_to_string(TABLE).unwrap_or_default();
    assert!(written == text, "{TABLE} is not what is compared: INSTA_UPDATE=always cargo test writes it");
}

/// A snapshot as a table: each of CDK's resources, then what only we have.
fn section(house: &House, name: &str, pair: &Pair<'_>) -> String {
    let Snapshot { title, sources, stacks, resources, added: also } = pair.snapshot;
    let sources = sources.iter().map(|Source { path, commit }| {
        let file = path.rsplit('/').next().unwrap_or(path);
        format!("[{file}](https://github.com/aws/aws-cdk/blob/{commit}/{FOLDER}/{path})")
    });
    let stacks = stacks.iter().map(|stack| format!("[{stack}.yaml](../tests/cdk/stacks/{stack}.yaml)"));
    let mut text = format!("## {name}\n\n{title}: {}, rebuilt in {}.\n\n", list(sources), list(stacks));
    text.push_str("| CDK's | type | ours | | why |\n|---|---|---|---|---|\n");
    let mut row = |theirs: &str, kind: &str, ours: &str, verdict: &str, why: String| {
        writeln!(text, "| {theirs} | `{kind}` | {ours} | {verdict} | {why} |").expect("text can be written to");
    };
    for (id, theirs) in resources {
        let ours = theirs.ours.as_ref().map_or_else(String::new, |id| format!("`{id}`"));
        let why = theirs.ours.as_deref().and_then(|id| Some(why(house, theirs, pair.ours.get(id)?)));
        let verdict = match &why {
            Some(why) if why.is_empty() => "same",
            _ => "better",
        };
        let without = theirs.without.as_ref().map(|reason| format!("not needed: `{reason}`"));
        row(&format!("`{id}`"), &theirs.r#type, &ours, verdict, why.or(without).unwrap_or_default());
    }
    let known: BTreeSet<&str> = resources.values().filter_map(|theirs| theirs.ours.as_deref()).collect();
    for (id, ours) in pair.ours.iter().filter(|(id, _)| !known.contains(*id)) {
        let kind = ours["Type"].as_str().unwrap_or_default();
        let reason = also.get(*id).or_else(|| house.resources.get(kind));
        row("", kind, &format!("`{id}`"), "added", reason.map_or_else(String::new, |reason| format!("`{reason}`")));
    }
    text
}

/// What is different about a resource, with the reasons; nothing where it is the same.
fn why(house: &House, theirs: &Theirs, ours: &Ours) -> String {
    let better = theirs.better.iter().map(|(property, Better { was, because })| {
        let was = was.as_str().map_or_else(|| format!("`{was}`"), str::to_owned);
        (because, format!("{property} (CDK: {was})"))
    });
    let gone = theirs.gone.iter().map(|(property, reason)| (reason, format!("no {property}")));
    let only = added(house, theirs, ours).filter_map(|(property, reason)| Some((reason?, property.clone())));
    let mut by_reason: IndexMap<&String, Vec<String>> = IndexMap::new();
    for (reason, what) in better.chain(gone).chain(only) {
        by_reason.entry(reason).or_default().push(what);
    }
    let parts = by_reason.into_iter().map(|(reason, what)| format!("{}: `{reason}`", list(what)));
    parts.collect::<Vec<_>>().join("; ")
}

fn list(words: impl IntoIterator<Item = String>) -> String {
    words.into_iter().collect::<Vec<_>>().join(", ")
}
