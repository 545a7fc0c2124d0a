//! The order of resources: what follows from references, what has to be printed as `DependsOn`, and cycles.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::{Resource, Template};

/// Who waits for whom in a template: by references, and by `DependsOn`.
#[derive(Debug)]
pub struct Graph {
    ids: HashMap<String, usize>,
    edges: Vec<Vec<usize>>,
}

impl Graph {
    /// The graph of a template's references and printed dependencies.
    pub fn of(template: &Template) -> Self {
        let mut graph = Self::of_references(&template.resources);
        for (from, resource) in template.resources.values().enumerate() {
            let printed = resource.depends_on.iter().filter_map(|id| graph.ids.get(id).copied());
            let printed: Vec<usize> = printed.collect();
            graph.edges[from].extend(printed);
        }
        graph
    }

    fn of_references(resources: &IndexMap<String, Resource>) -> Self {
        let ids: HashMap<String, usize> = resources.keys().cloned().zip(0..).collect();
        let edges = resources.values().map(|resource| {
            let mut to = Vec::new();
            for value in resource.properties.values() {
                // Pseudo parameters are most of what a template refers to, and are no resources.
                value.references(&mut |id| {
                    to.extend(Some(id).filter(|id| !id.starts_with("AWS::")).and_then(|id| ids.get(id)));
                });
            }
            to.sort_unstable();
            to.dedup();
            to
        });
        Self { edges: edges.collect(), ids }
    }

    /// Whether `from` waits for `to`, directly or not.
    pub fn reaches(&self, from: &str, to: &str) -> bool {
        let (Some(&from), Some(&to)) = (self.ids.get(from), self.ids.get(to)) else { return false };
        self.search(&self.edges[from], to)
    }

    fn search(&self, from: &[usize], to: usize) -> bool {
        let mut seen = vec![false; self.edges.len()];
        let mut open = from.to_vec();
        while let Some(at) = open.pop() {
            if at == to {
                return true;
            }
            if !std::mem::replace(&mut seen[at], true) {
                open.extend(&self.edges[at]);
            }
        }
        false
    }
}

/// Prints as `DependsOn` those of the wanted edges that references and the other printed ones do not imply. Those of
/// `yielding` are left out where they would make a circle.
pub fn print_dependencies(
    resources: &mut IndexMap<String, Resource>,
    firm: &[(String, String)],
    yielding: &[(String, String)],
) {
    if firm.is_empty() && yielding.is_empty() {
        return;
    }
    let mut graph = Graph::of_references(resources);
    let mut edges: Vec<(usize, usize)> = Vec::with_capacity(firm.len() + yielding.len());
    let wanted = firm.iter().map(|edge| (edge, false)).chain(yielding.iter().map(|edge| (edge, true)));
    for ((from, to), yields) in wanted {
        if let (Some(&from), Some(&to)) = (graph.ids.get(from), graph.ids.get(to))
            && from != to
            && !graph.edges[from].contains(&to)
            && (!yields || !graph.search(&graph.edges[to], from))
        {
            graph.edges[from].push(to);
            edges.push((from, to));
        }
    }
    for (from, to) in edges {
        let others: Vec<usize> = graph.edges[from].iter().copied().filter(|other| *other != to).collect();
        if graph.search(&others, to) {
            graph.edges[from] = others;
        } else {
            let (id, _) = resources.get_index(to).expect("it has this many resources");
            let id = id.clone();
            resources[from].depends_on.push(id);
        }
    }
    for resource in resources.values_mut() {
        resource.depends_on.sort_unstable();
    }
}

/// A cycle of resources that wait for each other, if there is one: each waits for the next, the last for the first.
pub fn cycle(template: &Template) -> Option<Vec<String>> {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let graph = Graph::of(template);
    let mut marks = vec![Mark::New; graph.edges.len()];
    for root in 0..graph.edges.len() {
        let mut path: Vec<(usize, usize)> = Vec::new();
        if marks[root] == Mark::New {
            marks[root] = Mark::Open;
            path.push((root, 0));
        }
        while let Some((at, next)) = path.last_mut() {
            let Some(&to) = graph.edges[*at].get(*next) else {
                marks[*at] = Mark::Done;
                path.pop();
                continue;
            };
            *next += 1;
            match marks[to] {
                Mark::Done => {}
                Mark::New => {
                    marks[to] = Mark::Open;
                    path.push((to, 0));
                }
                Mark::Open => {
                    let start = path.iter().position(|(at, _)| *at == to).expect("it is open");
                    let name = |at: usize| template.resources.get_index(at).expect("it exists").0.clone();
                    return Some(path[start..].iter().map(|(at, _)| name(*at)).collect());
                }
            }
        }
    }
    None
}
