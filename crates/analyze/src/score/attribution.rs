//! Who says what, against PolNeAR (Newell, Margolin and Ruths 2018).
//!
//! Said and gold attributions are paired one to one, cue to overlapping cue, content deciding between several. *Triple
//! overlap*: source, cue and content overlap those of the gold one (a source neither has counts as met). *Source exact*: the
//! source has exactly the gold characters. *Content overlap*: the contents share a character. Each is an F1 over all
//! attributions. The licence of the set is not stated: it is measured against, nothing is learned from it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Half, Run, Span, Tally, around, overlap, pairing, read, untar};

#[derive(Debug, Clone, Default)]
struct Attribution {
    source: Vec<Span>,
    cue: Vec<Span>,
    content: Vec<Span>,
}

pub(super) fn score(run: &mut Run<'_>) {
    let Some(packed) = run.sets.read("text/polnear_train_dev.tar.gz") else { return };
    let part = if run.half == Half::Tune { "train" } else { "dev" };
    let members: BTreeMap<String, Vec<u8>> = untar(&packed).into_iter().collect();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let folder = format!("data/{part}/attributions/");
    for name in members.keys().filter_map(|name| name.trim_start_matches("./").strip_prefix(&folder)) {
        let stem = name.trim_end_matches(".ann");
        let article = stem.rsplit_once('_').map_or(stem, |(article, _)| article);
        // Some articles were annotated twice: the first counts.
        seen.entry(article.to_owned()).or_insert_with(|| format!("{folder}{name}"));
    }
    let (mut triple, mut source, mut content, mut cues) =
        (Tally::default(), Tally::default(), Tally::default(), Tally::default());
    for (article, annotations) in &seen {
        let words = members.get(&format!("data/{part}/text/{article}.txt"));
        let (Some(text), Some(annotations)) = (words, members.get(annotations)) else { continue };
        let text = String::from_utf8_lossy(text);
        let gold = gold(&String::from_utf8_lossy(annotations));
        let said = said(&text);
        let chars: Vec<char> = text.chars().collect();
        let touch = |a: &[Span], b: &[Span]| a.iter().any(|x| b.iter().any(|y| overlap(*x, *y)));
        // A full pairing first, then what is left by the cue alone.
        let whole = |s: &Attribution, g: &Attribution| {
            touch(&s.cue, &g.cue)
                && touch(&s.content, &g.content)
                && (touch(&s.source, &g.source) || s.source.is_empty() && g.source.is_empty())
        };
        let of = pairing(said.len(), gold.len(), &|s, g| whole(&said[s], &gold[g]));
        triple.both(of.iter().flatten().count(), said.len(), gold.len());
        for (g, _) in of.iter().enumerate().filter(|(_, s)| s.is_none()) {
            if let Some(cue) = gold[g].cue.first() {
                (run.note)("missed", around(&chars, *cue));
            }
        }
        for (s, one) in said.iter().enumerate() {
            if !of.contains(&Some(s)) {
                (run.note)("extra", around(&chars, one.cue[0]));
            }
        }
        for (g, s) in of.iter().enumerate().filter_map(|(g, s)| Some((g, (*s)?))) {
            if let (Some(mine), Some(theirs)) = (said[s].source.first(), gold[g].source.first())
                && said[s].source != gold[g].source
            {
                (run.note)("source", format!("{} / {}", around(&chars, *mine), around(&chars, *theirs)));
            }
        }
        let by_cue = pairing(said.len(), gold.len(), &|s, g| touch(&said[s].cue, &gold[g].cue));
        cues.both(by_cue.iter().flatten().count(), said.len(), gold.len());
        let by_content = pairing(said.len(), gold.len(), &|s, g| touch(&said[s].content, &gold[g].content));
        content.both(by_content.iter().flatten().count(), said.len(), gold.len());
        let (with_s, with_g): (Vec<&Attribution>, Vec<&Attribution>) = (
            said.iter().filter(|a| !a.source.is_empty()).collect(),
            gold.iter().filter(|a| !a.source.is_empty()).collect(),
        );
        let by_source = pairing(with_s.len(), with_g.len(), &|s, g| with_s[s].source == with_g[g].source);
        source.both(by_source.iter().flatten().count(), with_s.len(), with_g.len());
    }
    if seen.is_empty() {
        return;
    }
    let set = format!("PolNeAR {part}, {} articles", seen.len());
    run.figure(&set, "triple overlap", "48.4", &triple);
    run.figure(&set, "source exact", "53.0", &source);
    run.figure(&set, "content overlap", "62.3", &content);
    run.figure(&set, "cue overlap", "", &cues);
}

/// A quotation that goes on is a second object with the same cue: one attribution with its content in parts.
fn said(text: &str) -> Vec<Attribution> {
    let mut by_cue: BTreeMap<Span, Attribution> = BTreeMap::new();
    for object in read(text, None, "en").iter().filter(|o| o.kind == "attribution" && o.rule != "document_source") {
        let at = |field: &str| object.fields.get(field).and_then(span);
        if let (Some(cue), Some(content)) = (at("cue"), at("content")) {
            let one = by_cue.entry(cue).or_insert_with(|| Attribution { cue: vec![cue], ..Attribution::default() });
            one.content.push(content);
            if one.source.is_empty() {
                one.source.extend(at("source_span"));
            }
        }
    }
    by_cue.into_values().collect()
}

fn span(value: &Value) -> Option<Span> {
    let list = value.as_array()?;
    Some((list.first()?.as_u64()? as usize, list.get(1)?.as_u64()? as usize))
}

/// The stand-off annotation (BRAT): `T` lines are spans, `E` lines attributions.
fn gold(annotations: &str) -> Vec<Attribution> {
    let mut spans: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    let mut out = Vec::new();
    for line in annotations.lines() {
        let mut cells = line.split('\t');
        let (Some(id), Some(body)) = (cells.next(), cells.next()) else { continue };
        if id.starts_with('T') {
            let list = body.split_once(' ').map_or("", |(_, list)| list);
            let pair =
                |part: &str| part.trim().split_once(' ').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
            spans.insert(id, list.split(';').filter_map(pair).collect());
        } else if id.starts_with('E') {
            let mut one = Attribution::default();
            for part in body.split(' ') {
                let Some((role, id)) = part.split_once(':') else { continue };
                let list = spans.get(id).cloned().unwrap_or_default();
                match role.trim_end_matches(|c: char| c.is_ascii_digit()) {
                    "Source" => one.source.extend(list),
                    "Cue" => one.cue.extend(list),
                    "Content" => one.content.extend(list),
                    _ => {}
                }
            }
            out.push(one);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stand_off_spans_come_in_parts() {
        let gold = gold("T1\tCue 4 8\tsaid\nT2\tContent 9 12;20 22\tx\nE1\tCue:T1 Content:T2\n");
        assert_eq!((gold[0].cue.clone(), gold[0].content.clone()), (vec![(4, 8)], vec![(9, 12), (20, 22)]));
        assert!(gold[0].source.is_empty());
    }
}
