//! Attacks against MUC-3/4 (1991, 1992): templates with roles.
//!
//! Two measures on the documents as GTT prepared them. *Template micro-F1*: predicted templates are mapped to gold ones of the
//! same incident type so that the document's F1 is best; the type and every filler count (Du, Rush and Cardie 2021, `eval.py`
//! of GTT). *CEAF-REE*: per role, entities of a document paired one to one, a predicted one being right when each of its mentions
//! is a mention of the gold one (Du, Rush and Cardie 2021, `eval.py` of GRIT). Mentions are compared in lower case without
//! punctuation and articles. Deliberately reads only what `extract` prints; `templates` says how.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Half, Run, Tally, pairing, read};
use crate::extract::Object;

/// The roles, as the sets name them.
const ROLES: [&str; 5] = ["PerpInd", "PerpOrg", "Target", "Victim", "Weapon"];

/// Most mappings of one document that are tried; documents that told ten attacks stay under it.
const MOST_MAPPINGS: usize = 4_000_000;

/// An incident as the scorers compare it: for each role its entities, each a list of mentions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Template {
    kind: String,
    roles: [Vec<Vec<String>>; 5],
}

impl Template {
    /// An incident of a kind without anybody.
    pub fn new(kind: &str) -> Self {
        Template { kind: kind.to_owned(), ..Template::default() }
    }

    /// Adds an entity by one mention, unless the role has it.
    pub fn add(&mut self, role: usize, words: &str) {
        let name = normal(words);
        if !name.is_empty() && !self.roles[role].iter().any(|entity| entity.contains(&name)) {
            self.roles[role].push(vec![name]);
        }
    }
}

/// The counts of both measures over documents.
#[derive(Default)]
pub struct Scores {
    whole: [Tally; 6],
    entities: [Tally; 5],
    relevant: Tally,
}

impl Scores {
    /// Adds a document of the set with what was said of it; `note` hears of what was missed or too much.
    pub fn add(&mut self, document: &Value, said: &[Template], note: &mut dyn FnMut(&'static str, String)) {
        let gold = gold(document);
        self.relevant.both(
            usize::from(!gold.is_empty() && !said.is_empty()),
            usize::from(!said.is_empty()),
            usize::from(!gold.is_empty()),
        );
        let id = document["docid"].as_str().unwrap_or_default();
        best_mapping(said, &gold, &mut self.whole);
        for (role, tally) in self.entities.iter_mut().enumerate() {
            let (said, gold) = (union(said, role), union(&gold, role));
            let of = pairing(said.len(), gold.len(), &|s, g| fits(&gold[g], &said[s]));
            tally.both(of.iter().flatten().count(), said.len(), gold.len());
            for (g, _) in of.iter().enumerate().filter(|(_, s)| s.is_none()) {
                note("missed", format!("{id} {} {:?}", ROLES[role], gold[g]));
            }
            for (_, entity) in said.iter().enumerate().filter(|(s, _)| !of.contains(&Some(*s))) {
                note("extra", format!("{id} {} {entity:?}", ROLES[role]));
            }
        }
    }

    /// Each measure with its peer and its counts, the two that matter each before its parts.
    pub fn measures(&self) -> Vec<(&'static str, &'static str, Tally)> {
        let sum = |tallies: &[Tally]| {
            tallies.iter().fold(Tally::default(), |mut all, one| {
                all.said_right += one.said_right;
                all.said += one.said;
                all.wanted_found += one.wanted_found;
                all.wanted += one.wanted;
                all
            })
        };
        let parts = ["  incident type", "  PerpInd", "  PerpOrg", "  Target", "  Victim", "  Weapon"];
        let of_entities = ["  PerpInd (REE)", "  PerpOrg (REE)", "  Target (REE)", "  Victim (REE)", "  Weapon (REE)"];
        let mut out = vec![("template micro-F1", "54.2 (1992), 50.2 (GTT)", sum(&self.whole))];
        out.extend(parts.iter().zip(self.whole).map(|(name, tally)| (*name, "", tally)));
        out.push(("CEAF-REE", "54.5 (GRIT)", sum(&self.entities)));
        out.extend(of_entities.iter().zip(self.entities).map(|(name, tally)| (*name, "", tally)));
        out.push(("document tells an incident", "", self.relevant));
        out
    }
}

pub(super) fn score(run: &mut Run<'_>) {
    let files: &[&str] = match run.half {
        Half::All => &["train", "dev"],
        Half::Tune => &["train"],
        Half::Held => &["dev"],
    };
    let mut documents = Vec::new();
    for file in files {
        let text = run.text(&format!("text/muc34/{file}.json")).unwrap_or_default();
        documents.extend(text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()));
    }
    if documents.is_empty() {
        return;
    }
    let mut scores = Scores::default();
    for document in &documents {
        let said = templates(&read(document["doctext"].as_str().unwrap_or_default(), None, "en"));
        scores.add(document, &said, &mut |kind, words| (run.note)(kind, words));
    }
    // The weights are learned from both files (docs/benchmarks.md has the folds): nothing here is kept out.
    let set = format!("MUC-4, {} documents learned from", documents.len());
    for (measure, peer, tally) in scores.measures() {
        run.figure(&set, measure, peer, &tally);
    }
}

fn gold(document: &Value) -> Vec<Template> {
    let mut out: Vec<Template> = Vec::new();
    for raw in document["templates"].as_array().into_iter().flatten() {
        let mut template = Template::new(raw["incident_type"].as_str().unwrap_or_default());
        for (role, name) in ROLES.iter().enumerate() {
            for entity in raw[*name].as_array().into_iter().flatten() {
                let mentions: Vec<String> = entity
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(|mention| mention[0].as_str().map(normal))
                    .collect();
                if !mentions.is_empty() {
                    template.roles[role].push(mentions);
                }
            }
        }
        if !out.contains(&template) {
            out.push(template);
        }
    }
    out
}

/// Lower case, no punctuation, no articles, single spaces.
pub(super) fn normal(words: &str) -> String {
    let kept: String = words.to_lowercase().chars().filter(|c| !c.is_ascii_punctuation()).collect();
    let words: Vec<&str> = kept.split_whitespace().filter(|word| !matches!(*word, "a" | "an" | "the")).collect();
    words.join(" ")
}

fn fits(gold: &[String], said: &[String]) -> bool {
    said.iter().all(|mention| gold.contains(mention))
}

fn union(templates: &[Template], role: usize) -> Vec<Vec<String>> {
    let mut out: Vec<Vec<String>> = Vec::new();
    for entity in templates.iter().flat_map(|template| &template.roles[role]) {
        if !out.contains(entity) {
            out.push(entity.clone());
        }
    }
    out
}

/// Rights of one predicted template set against one gold template, per role: of what was said, of what was wanted.
type Rights = [(usize, usize); 6];

fn rights(said: &Template, gold: &Template) -> Option<Rights> {
    if !gold.kind.contains(said.kind.as_str()) {
        return None;
    }
    let mut out: Rights = [(1, 1), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0)];
    for role in 0..5 {
        let (s, g) = (&said.roles[role], &gold.roles[role]);
        out[role + 1] = (
            s.iter().filter(|entity| g.iter().any(|other| fits(other, entity))).count(),
            g.iter().filter(|entity| s.iter().any(|other| fits(entity, other))).count(),
        );
    }
    Some(out)
}

/// Adds the counts of the mapping under which the document's micro-F1 is best; of equal ones the first, in the order of the
/// published program.
fn best_mapping(said: &[Template], gold: &[Template], tallies: &mut [Tally; 6]) {
    let counts = |templates: &[Template], role: usize| match role {
        0 => templates.len(),
        _ => templates.iter().map(|template| template.roles[role - 1].len()).sum(),
    };
    let table: Vec<Vec<Option<Rights>>> = said.iter().map(|s| gold.iter().map(|g| rights(s, g)).collect()).collect();
    let (all_said, all_gold): (usize, usize) =
        ((0..6).map(|r| counts(said, r)).sum(), (0..6).map(|r| counts(gold, r)).sum());
    let mut search = Search {
        table: &table,
        all: (all_said, all_gold),
        used: vec![false; gold.len()],
        now: Rights::default(),
        best: None,
        left: MOST_MAPPINGS,
    };
    search.from(0);
    let best = search.best.map_or_else(Rights::default, |(_, best)| best);
    for (role, tally) in tallies.iter_mut().enumerate() {
        tally.said_right += best[role].0;
        tally.wanted_found += best[role].1;
        tally.said += counts(said, role);
        tally.wanted += counts(gold, role);
    }
}

struct Search<'t> {
    table: &'t [Vec<Option<Rights>>],
    all: (usize, usize),
    used: Vec<bool>,
    now: Rights,
    best: Option<(f64, Rights)>,
    left: usize,
}

impl Search<'_> {
    fn from(&mut self, at: usize) {
        if self.left == 0 {
            return;
        }
        let Some(row) = self.table.get(at) else {
            self.left -= 1;
            let (p, r) = self.now.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
            let tally = Tally { said_right: p, said: self.all.0, wanted_found: r, wanted: self.all.1 };
            if self.best.is_none_or(|(f1, _)| tally.f1() > f1) {
                self.best = Some((tally.f1(), self.now));
            }
            return;
        };
        for (g, rights) in row.iter().enumerate() {
            let Some(rights) = rights.filter(|_| !self.used[g]) else { continue };
            self.used[g] = true;
            let before = self.now;
            for (sum, one) in self.now.iter_mut().zip(rights) {
                *sum = (sum.0 + one.0, sum.1 + one.1);
            }
            self.from(at + 1);
            self.now = before;
            self.used[g] = false;
        }
        self.from(at + 1);
    }
}

/// What `extract` prints, as incidents: attacks that are asserted and told as events, those with `same_as` joined to the one
/// they point to.
pub(super) fn templates(objects: &[Object]) -> Vec<Template> {
    let mut out: Vec<(String, Template)> = Vec::new();
    let mut root: BTreeMap<&str, &str> = BTreeMap::new();
    for object in objects.iter().filter(|object| object.kind == "attack") {
        let same = object.fields.get("same_as").and_then(Value::as_str).unwrap_or(&object.id);
        let same = root.get(same).copied().unwrap_or(same);
        root.insert(&object.id, same);
    }
    for object in objects.iter().filter(|object| object.kind == "attack") {
        let text = |name: &str| object.fields.get(name).and_then(Value::as_str).unwrap_or_default();
        if text("polarity") != "asserted" || text("scope") == "campaign" {
            continue;
        }
        let id = root.get(object.id.as_str()).copied().unwrap_or(&object.id);
        let at = out.iter().position(|(other, _)| other == id).unwrap_or_else(|| {
            out.push((id.to_owned(), Template::new(kind(object))));
            out.len() - 1
        });
        let template = &mut out[at].1;
        for item in items(object, "perpetrators") {
            let role = usize::from(item["type"] != "individual");
            template.add(role, item["name"].as_str().unwrap_or_default());
        }
        for (role, name) in [(2, "targets"), (3, "victims"), (4, "weapons")] {
            for item in items(object, name) {
                template.add(role, item["name"].as_str().unwrap_or_default());
            }
        }
    }
    out.into_iter()
        .map(|(_, template)| template)
        .filter(|template| template.roles.iter().any(|r| !r.is_empty()))
        .collect()
}

fn items(object: &Object, name: &str) -> Vec<Value> {
    object.fields.get(name).and_then(Value::as_array).cloned().unwrap_or_default()
}

/// The incident type of the guidelines: by the act and the words.
fn kind(object: &Object) -> &'static str {
    let act = object.fields.get("act").and_then(Value::as_str).unwrap_or_default();
    let words = object.fields.get("incident_type").and_then(Value::as_str).unwrap_or_default();
    let weapons = object.fields.get("weapons").map(Value::to_string).unwrap_or_default();
    let quote = object.quote.to_lowercase();
    let any = |words: &[&str]| words.iter().any(|word| quote.contains(word));
    match (words, act) {
        ("bombing", _) => "bombing",
        ("arson", _) => "arson",
        ("attack", _) => "attack",
        ("kidnapping", _) | (_, "detention") => "kidnapping",
        ("robbery", _) | (_, "looting") => "robbery",
        _ if any(&["arson", "burn", "torch", "set fire"]) => "arson",
        _ if any(&["bomb", "explo", "dynamit", "detonat", "blew up", "blow up"]) || weapons.contains("bomb") => {
            "bombing"
        }
        _ => "attack",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(kind: &str, victims: &[&str]) -> Template {
        let mut out = Template::new(kind);
        out.roles[3] = victims.iter().map(|v| vec![(*v).to_owned()]).collect();
        out
    }

    #[test]
    fn a_template_of_another_type_is_right_in_nothing() {
        let mut tallies = [Tally::default(); 6];
        best_mapping(&[template("bombing", &["x"])], &[template("attack", &["x"])], &mut tallies);
        assert_eq!((tallies[0].said_right, tallies[4].said_right, tallies[4].wanted), (0, 0, 1));
    }

    #[test]
    fn the_best_mapping_is_found_and_extra_templates_cost() {
        let said = [template("attack", &["x"]), template("attack", &["y", "z"])];
        let gold = [template("attack", &["y"]), template("bombing / attack", &["x"])];
        let mut tallies = [Tally::default(); 6];
        best_mapping(&said, &gold, &mut tallies);
        assert_eq!(tallies[0], Tally { said_right: 2, said: 2, wanted_found: 2, wanted: 2 });
        assert_eq!(tallies[4], Tally { said_right: 2, said: 3, wanted_found: 2, wanted: 2 });
    }

    #[test]
    fn mentions_are_compared_without_marks_and_articles() {
        assert_eq!(normal("The \"Santo Tomas\" farm's  an"), "santo tomas farms");
    }

    struct Shared;

    impl super::super::Sets for Shared {
        fn read(&self, path: &str) -> Option<Vec<u8>> {
            std::fs::read(format!("{}/../../../shared/data/{path}", env!("CARGO_MANIFEST_DIR"))).ok()
        }

        fn list(&self, _: &str) -> Vec<String> {
            Vec::new()
        }

        fn seconds(&self) -> f64 {
            0.0
        }
    }

    /// The weights have seen these documents; the floor catches weights that no longer fit the features, and says nothing of
    /// how well others are read.
    #[test]
    #[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
    fn weights_fit_the_features_on_the_development_documents() {
        let mut run = Run { sets: &Shared, half: Half::Held, note: &mut |_, _| (), figures: Vec::new() };
        score(&mut run);
        if run.figures.is_empty() {
            println!("skipped: the development documents are not there");
            return;
        }
        for figure in &run.figures {
            println!("{} {:.1} {}", figure.measure, figure.value, figure.detail);
        }
        let value = |measure: &str| run.figures.iter().find(|f| f.measure == measure).map_or(0.0, |f| f.value);
        assert!(value("template micro-F1") > 50.0, "template micro-F1 {}", value("template micro-F1"));
        assert!(value("CEAF-REE") > 55.0, "CEAF-REE {}", value("CEAF-REE"));
    }
}
