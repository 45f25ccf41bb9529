//! Attack objects, and what evidence they are said to rest on.
//!
//! Deliberately writes only fields that the words give; what is absent was not stated.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    attacks::{Actor, Attack, Item},
    attribution::Attrs,
    casualties::Figure,
    evidence,
    frame::Frame,
    lexicon::{Cat, LEXICON, Pos},
    mentions::Entities,
    object::{Builder, Why},
    syntax::Parse,
};

/// Adds the attack objects.
pub fn emit(
    p: &Parse<'_>,
    e: &Entities,
    attrs: &Attrs,
    frame: &Frame,
    figures: &[Figure],
    attacks: &mut [Attack],
    b: &mut Builder<'_>,
) {
    let evidence = evidence::find(p, e, attrs, b);
    let mut of_attack: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (attack, figure) in link_figures(p, attacks, figures) {
        of_attack.entry(attack).or_default().push(figure);
    }
    for at in 0..attacks.len() {
        let attack = &attacks[at];
        let zone = attack.zone.start.min(attack.trigger.start)..attack.zone.end.max(attack.trigger.end);
        let (attr, said_by, chain) = attrs.said(&attack.trigger);
        let cover = attack.cover();
        let places = frame.places_in(&zone);
        // The quotation runs on to the places of the clause.
        let from = frame.places.partition_point(|x| x.toks.start < zone.start);
        let last_place = frame.places[from..]
            .iter()
            .take_while(|x| x.toks.start < zone.end)
            .filter(|x| zone.start <= x.toks.start && x.toks.end <= zone.end && x.toks.end <= cover.end + 8)
            .map(|x| x.toks.end)
            .max();
        let cover = cover.start..cover.end.max(last_place.unwrap_or(0));
        let speaker = attr.and_then(|i| attrs.list[i].entity);
        let relies: Vec<&str> = evidence
            .iter()
            .filter(|x| x.0 == speaker && (speaker.is_some() || attr.is_none()))
            .flat_map(|x| x.1.iter().copied())
            .collect();
        let relies = distinct(relies);
        let casualties: Vec<&str> = of_attack.get(&at).into_iter().flatten().map(|f| figures[*f].id.as_str()).collect();
        let mut count = serde_json::Map::new();
        if let Some(min) = attack.count.0 {
            count.insert("min".to_owned(), json!(min));
        }
        if let Some(max) = attack.count.1 {
            count.insert("max".to_owned(), json!(max));
        }
        let list = |items: &[Item], b: &Builder<'_>| -> Vec<Value> {
            items.iter().map(|i| json!({"class": i.class, "name": b.quote(&p.t.bytes(&i.toks)), "span": b.span(&p.t.bytes(&i.toks))})).collect()
        };
        let weapons: Vec<Value> = attack
            .weapons
            .iter()
            .map(|w| {
                let range = p.t.bytes(&w.toks);
                json!({"class": w.class, "name": b.quote(&range), "span": b.span(&range), "called_banned": w.banned})
            })
            .collect();
        let actors: Vec<Value> = attack.actors.iter().map(|a| actor(p, e, a, b)).collect();
        let fields = json!({
            "act": attack.act, "scope": attack.scope, "count": (!count.is_empty()).then_some(count),
            "targets": list(&attack.targets, b), "victims": list(&attack.victims, b), "weapons": weapons, "perpetrators": actors,
            "places": places, "times": frame.times_in(&zone), "casualties": casualties, "polarity": attack.polarity,
            "said_by": said_by, "chain": chain, "relies_on": (!relies.is_empty()).then_some(relies),
            "trigger": b.span(&p.t.bytes(&attack.trigger)), "incident_type": attack.incident,
        });
        let filled = usize::from(!attack.targets.is_empty() || !attack.victims.is_empty())
            + usize::from(!attack.actors.is_empty())
            + usize::from(!places.is_empty());
        let score = 0.55 + 0.1 * filled as f64 - if attack.polarity == "asserted" { 0.0 } else { 0.05 };
        let rule = if attack.np.is_some() { "nominal_attack" } else { "verbal_attack" };
        let reason = format!(
            "“{}” is a word for an attack; scope {}: {}",
            p.t.words(&attack.trigger),
            attack.scope,
            attack.why_scope
        );
        let same = match attack.incident {
            // An incident of its own, by the report as a whole.
            Some(_) => None,
            None => same_as(p, attacks, at),
        };
        let id = b.push("attack", p.t.bytes(&cover), fields, Why::new(rule, score, reason));
        if let Some(same) = same {
            b.set(&id, "same_as", json!(same));
        }
        for (field, toks) in &attacks[at].doubted {
            let range = p.t.bytes(toks);
            b.alternative(&id, json!({*field: [{"name": b.quote(&range), "span": b.span(&range)}]}));
        }
        let attack = &attacks[at];
        if attack.why_scope.contains("may be several") {
            b.alternative(&id, json!({"scope": "campaign"}));
        }
        attacks[at].id = id;
    }
}

/// “the attack” with nothing of its own is the attack told before it; a campaign on the same places, by the same words, too.
fn same_as(p: &Parse<'_>, attacks: &[Attack], at: usize) -> Option<String> {
    let attack = &attacks[at];
    let np = &p.nps[attack.np?];
    let bare =
        attack.targets.is_empty() && attack.victims.is_empty() && attack.weapons.is_empty() && attack.actors.is_empty();
    let definite = p.t.list[np.toks.clone()].iter().any(|t| t.any(&["the", "this", "these", "that", "those"]));
    if !definite || !(bare || attack.scope == "campaign") {
        return None;
    }
    let word = &p.t.list[attack.trigger.end - 1].base;
    let told =
        |a: &&Attack| !a.targets.is_empty() || !a.victims.is_empty() || !a.actors.is_empty() || a.scope == "campaign";
    let close = |a: &&Attack| attack.sent - a.sent <= 3;
    let low = &p.t.list[attack.trigger.end - 1].low;
    let same_word = |a: &&Attack| *word == p.t.list[a.trigger.end - 1].base && *low == p.t.list[a.trigger.end - 1].low;
    let before = || attacks[..at].iter().rev().filter(|a| !a.id.is_empty() && told(a));
    if attack.scope == "campaign" {
        return before().rfind(same_word).map(|a| a.id.clone());
    }
    let single = before().filter(close).find(|a| a.scope == attack.scope);
    single.map(|a| a.id.clone())
}

fn distinct(mut list: Vec<&str>) -> Vec<&str> {
    let mut seen: Vec<&str> = Vec::new();
    list.retain(|x| {
        let new = !seen.contains(x);
        seen.push(x);
        new
    });
    list
}

/// An actor as JSON.
pub fn actor(p: &Parse<'_>, e: &Entities, a: &Actor, b: &Builder<'_>) -> Value {
    let range = p.t.bytes(&a.toks);
    let name = a.name.clone().unwrap_or_else(|| b.quote(&range).to_owned());
    let id = a.entity.and_then(|en| e.first_id(en));
    let mut value = json!({"name": name, "type": a.kind.actor(), "mode": a.mode, "span": b.span(&range)});
    if let Some(map) = value.as_object_mut() {
        if let Some(id) = id {
            map.insert("mention".to_owned(), json!(id));
        }
        if a.admitted {
            map.insert("admitted".to_owned(), json!(true));
        }
        if let Some(through) = &a.through {
            map.insert("through".to_owned(), json!(b.quote(&p.t.bytes(through))));
        }
    }
    value
}

/// How many attacks of one sentence on either side of a figure are asked whether it is theirs.
const AROUND: usize = 64;

/// Which figure is the harm of which attack: the nearest in the sentence, else the attack told just before.
pub fn link_figures(p: &Parse<'_>, attacks: &[Attack], figures: &[Figure]) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut by_sentence: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, attack) in attacks.iter().enumerate() {
        by_sentence.entry(attack.sent).or_default().push(at);
    }
    for (f, figure) in figures.iter().enumerate() {
        let sent = p.t.list[figure.toks.start].sent;
        let near = |a: &Attack| a.trigger.start.abs_diff(figure.toks.start);
        // Of a sentence that is no sentence the attacks around the figure are enough.
        let told = by_sentence.get(&sent).map_or(&[][..], Vec::as_slice);
        let middle = told.partition_point(|a| attacks[*a].trigger.start < figure.toks.start);
        let around = &told[middle.saturating_sub(AROUND)..told.len().min(middle + AROUND)];
        let here = around.iter().copied().min_by_key(|a| near(&attacks[*a]));
        let before = || {
            let found = by_sentence.range(sent.saturating_sub(2)..sent).flat_map(|(_, told)| told).copied().max()?;
            let gap =
                &p.t.text[p.t.list[attacks[found].trigger.start].range.start..p.t.list[figure.toks.start].range.start];
            (gap.matches('\n').count() <= 2 && attacks[found].scope == "one").then_some(found)
        };
        if let Some(a) = here.or_else(before)
            && figure.scope != "cumulative"
        {
            out.push((a, f));
        }
    }
    out
}

/// Mentions of weapons, facilities, instruments and reports.
pub fn things(p: &Parse<'_>, e: &Entities, attrs: &Attrs, b: &mut Builder<'_>) {
    const FACILITY: &[&str] = &[
        "hospital",
        "field hospital",
        "clinic",
        "ambulance",
        "medical warehouse",
        "civil-defence centre",
        "bakery",
        "market",
        "food store",
        "water",
        "power",
        "school",
        "university",
        "kindergarten",
        "displacement camp",
        "place of worship",
        "humanitarian convoy",
    ];
    let mut seen: Vec<(String, String)> = Vec::new();
    for hit in &p.t.hits {
        let kind = match hit.phrase.cat {
            Cat::Weapon if hit.phrase.flag != '~' => "weapon",
            Cat::Target
                if FACILITY.contains(&hit.phrase.class) && hit.phrase.flag != '+' && !p.t.is(hit.start, "well") =>
            {
                "facility"
            }
            _ => continue,
        };
        if !matches!(p.t.list[hit.end - 1].pos, Pos::Noun | Pos::Propn)
            || e.near(&(hit.start..hit.end)).iter().any(|m| m.toks.contains(&hit.start))
        {
            continue;
        }
        let mut toks = hit.start..hit.end;
        // A capital name before a facility belongs to it (“Al-Noor hospital”).
        while kind == "facility"
            && toks.start > 0
            && p.t.list[toks.start - 1].pos == Pos::Propn
            && p.t.list[toks.start - 1].sent == p.t.list[toks.start].sent
            && p.np_at(toks.start - 1) == p.np_at(toks.start)
        {
            toks.start -= 1;
        }
        let range = p.t.bytes(&toks);
        let name = b.quote(&range).to_owned();
        let key = (kind.to_owned(), name.to_lowercase());
        let same = seen.iter().find(|(k, _)| *k == format!("{kind}/{}", key.1)).map(|(_, id)| id.clone());
        let fields = json!({"type": kind, "name": name, "canonical": hit.phrase.words.join(" "), "class": hit.phrase.class, "same_as": same});
        // The quotation takes in what describes it (“the only hospital”); the name does not.
        let whole = p
            .np_at(hit.end - 1)
            .filter(|np| kind == "facility" && p.nps[*np].head + 1 == hit.end)
            .map(|np| p.nps[np].toks.clone());
        let id = b.push(
            "mention",
            whole.map_or(range, |toks| p.t.bytes(&toks)),
            fields,
            Why::new("lexicon", 0.85, format!("a word of the class {}", hit.phrase.class)),
        );
        if same.is_none() {
            seen.push((format!("{kind}/{}", key.1), id));
        }
    }
    reports(p, e, attrs, b);
}

/// Reports of others that the text leans on: whose, when, how many. Two undated reports are not one.
fn reports(p: &Parse<'_>, e: &Entities, attrs: &Attrs, b: &mut Builder<'_>) {
    for np in 0..p.nps.len() {
        let phrase = &p.nps[np];
        if !p.t.list[phrase.head].any(&["report", "reports", "study", "investigation", "findings", "conclusions"])
            || p.t.list[phrase.head].pos == Pos::Verb
        {
            continue;
        }
        let behind = phrase.toks.end..p.sent(phrase.head).end.min(phrase.toks.end + 7);
        let by = behind
            .clone()
            .find(|i| p.t.is(*i, "by") || p.t.is(*i, "of") && *i == phrase.toks.end)
            .and_then(|i| p.np_from(i + 1))
            .and_then(|n| e.entity_of(p, n));
        let publisher = phrase
            .toks
            .start
            .checked_sub(1)
            .and_then(|i| p.vg_at(i))
            .filter(|v| matches!(p.t.list[p.vgs[*v].head].lemma(), "issue" | "publish" | "release" | "produce"))
            .and_then(|v| p.subject(v))
            .and_then(|n| e.entity_of(p, n));
        let issuer = by.or(publisher).or_else(|| evidence::speaker_of(p, e, np));
        let Some(issuer) = issuer else { continue };
        let (_, said_by, _) = attrs.said(&phrase.toks);
        let range = p.t.bytes(&phrase.toks);
        let name = b.quote(&range).to_owned();
        let fields = json!({"type": "evidence", "name": name, "canonical": format!("report of {}", e.list[issuer].canonical), "class": "report", "issuer": e.first_id(issuer), "plural": phrase.plural.then_some(true), "said_by": said_by});
        b.push("mention", range, fields, Why::new("report_of", 0.8, "a report and the body that issued it"));
    }
    let _ = &LEXICON.countries;
}
