//! What a name is of: a person, an organisation, a place, a facility, from its words and what stands around it.

use super::*;

impl Entities {
    pub(super) fn classify(&self, p: &Parse<'_>, seg: Range<usize>, np: usize, head_segment: bool) -> Option<Found> {
        let list = &p.t.list;
        let words = &list[seg.clone()];
        let last = words.last()?;
        let joined = words.iter().map(|t| t.low.as_ref()).collect::<Vec<_>>().join(" ");
        if let Some(country) = LEXICON.countries.get(&joined)
            && (country.to_lowercase() == joined
                || matches!(joined.as_str(), "us" | "u.s." | "u.s" | "uk" | "u.k." | "usa"))
            && (joined != "us" || last.shout)
        {
            if head_segment && (self.locative(p, np) || self.topic(p, np)) {
                return None;
            }
            return Some(Found {
                kind: Kind::State,
                name: seg.clone(),
                named: true,
                role: None,
                rule: "state_name",
                score: 0.85,
                extend: seg.end,
            });
        }
        self.person_with_title(p, &seg, np)
            .or_else(|| Self::sort_and_name(p, &seg))
            .or_else(|| self.organisation(p, &seg, np))
            .or_else(|| self.bare_name(p, &seg, np, head_segment))
    }

    pub(super) fn locative(&self, p: &Parse<'_>, np: usize) -> bool {
        let start = p.nps[np].toks.start;
        start > 0
            && p.t.list[start - 1].any(&[
                "in",
                "to",
                "from",
                "across",
                "near",
                "inside",
                "into",
                "throughout",
                "outside",
                "around",
                "at",
                "within",
                "through",
                "over",
            ])
    }

    /// “the future of X”, “talks on X”: spoken of, and not acting.
    pub(super) fn topic(&self, p: &Parse<'_>, np: usize) -> bool {
        const ABOUT: &[&str] =
            &["of", "on", "about", "for", "along", "toward", "towards", "visiting", "leaving", "entering"];
        const BODY: &[&str] = &[
            "government",
            "army",
            "president",
            "minister",
            "ministry",
            "ministers",
            "parliament",
            "military",
            "forces",
            "people",
        ];
        let phrase = &p.nps[np];
        let start = phrase.toks.start;
        let of_body = start > 1 && p.t.is(start - 1, "of") && p.t.list[start - 2].any(BODY);
        start > 0 && p.t.list[start - 1].any(ABOUT) && !of_body && !self.subjects[np]
    }

    pub(super) fn person_with_title(&self, p: &Parse<'_>, seg: &Range<usize>, np: usize) -> Option<Found> {
        let list = &p.t.list;
        let title = p.t.hits_in(seg, Cat::Title).last()?;
        let after = title.end..seg.end;
        let role = title.phrase.words.join(" ");
        let name_like = |r: &Range<usize>| {
            !r.is_empty()
                && list[r.clone()].iter().all(|t| t.pos == Pos::Propn || t.pos == Pos::Punct || t.capital)
                && r.len() <= 5
        };
        if name_like(&after) && p.t.hits_in(&after, Cat::OrgHead).next().is_none() {
            return Some(Found {
                kind: Kind::Person,
                name: after,
                named: true,
                role: Some(role),
                rule: "title_and_name",
                score: 0.93,
                extend: seg.end,
            });
        }
        if title.end != seg.end {
            return None;
        }
        // “President of the Coalition Jane Doe”, “President of the Coalition, Jane Doe,”: the name behind is the person.
        let full = p.full_with(np, &["of", "for", "at", "in"]);
        let mut next = full.end;
        if p.t.is(next, ",") {
            next += 1;
        }
        let named = p.np_from(next).filter(|n| {
            let r = &p.nps[*n].toks;
            r.len() <= 4
                && r.start >= full.end
                && r.len() >= 2
                && name_like(r)
                && p.t.hits_in(r, Cat::OrgHead).next().is_none()
                && list[r.start].sent == list[seg.start].sent
        });
        let owned = seg.start > p.nps[np].toks.start && list[seg.start - 1].pos == Pos::PosS || full.end > seg.end;
        if let Some(named) = named
            && owned
        {
            let name = p.nps[named].toks.clone();
            return Some(Found {
                kind: Kind::Person,
                name,
                named: true,
                role: Some(role),
                rule: "role_and_name",
                score: 0.93,
                extend: seg.end,
            });
        }
        if !self.speakers[np] && !owned || self.list.len() > 4000 {
            return None;
        }
        let capital_role = list[title.start].capital && p.t.cased && list[seg.start].pos != Pos::Propn;
        let score = if capital_role { 0.7 } else { 0.75 };
        Some(Found {
            kind: Kind::Person,
            name: seg.clone(),
            named: false,
            role: Some(role),
            rule: "role",
            score,
            extend: seg.end,
        })
    }

    /// “the agency Meridian”, “the rights group Open Latch”: a plain word for a body, and its name behind.
    fn sort_and_name(p: &Parse<'_>, seg: &Range<usize>) -> Option<Found> {
        const SORTS: &[&str] = &[
            "agency",
            "website",
            "site",
            "group",
            "organisation",
            "organization",
            "charity",
            "outlet",
            "channel",
            "newspaper",
            "daily",
            "weekly",
            "magazine",
            "station",
            "broadcaster",
            "network",
            "monitor",
            "portal",
            "ngo",
            "watchdog",
            "movement",
            "militia",
            "faction",
            "party",
            "company",
            "collective",
            "foundation",
            "institute",
        ];
        let list = &p.t.list;
        let sort = seg.clone().rev().find(|at| !list[*at].capital)?;
        let name = sort + 1..seg.end;
        let named = !name.is_empty() && list[name.clone()].iter().all(|t| t.pos == Pos::Propn);
        (p.t.cased && named && SORTS.contains(&&*list[sort].low)).then_some(Found {
            kind: Kind::Organisation,
            name,
            named: true,
            role: None,
            rule: "sort_and_name",
            score: 0.8,
            extend: seg.end,
        })
    }

    pub(super) fn organisation(&self, p: &Parse<'_>, seg: &Range<usize>, np: usize) -> Option<Found> {
        let list = &p.t.list;
        let is_last = |cat: Cat| {
            let last = p.t.hits_in(seg, cat).last();
            last.is_some_and(|h| {
                h.end == seg.end && (h.phrase.flag != 'p' || list[h.end - 1].low != list[h.end - 1].base)
            })
        };
        let capital = list[seg.end - 1].capital || !p.t.cased;
        let state = is_last(Cat::State);
        let head = is_last(Cat::OrgHead) && capital && (seg.len() > 1 || p.t.list[seg.start].capital);
        let plain = is_last(Cat::OrgPlain);
        let country = list[seg.clone()].iter().any(|t| LEXICON.countries.contains_key(&*t.low));
        let whole = p.nps[np].toks.end == seg.end;
        if head || state && capital && p.t.cased {
            let mut extend = seg.end;
            if whole && (seg.len() > 1 || list.get(seg.end).is_some_and(|t| t.any(&["of", "for"]))) {
                extend = self.extended(p, np, seg.end);
            }
            if seg.len() == 1 && extend == seg.end && seg.start == p.sent(seg.start).start && !state && !plain {
                return None;
            }
            let kind = if state || (country && p.t.hits_in(seg, Cat::State).next().is_some()) {
                Kind::State
            } else {
                Kind::Organisation
            };
            return Some(Found {
                kind,
                name: seg.start..extend,
                named: true,
                role: None,
                rule: "organisation_name",
                score: 0.9,
                extend,
            });
        }
        if state || plain || is_last(Cat::OrgHead) && country {
            let force = list[seg.end - 1].any(&[
                "forces",
                "troops",
                "army",
                "military",
                "warplanes",
                "jets",
                "helicopters",
                "aircraft",
                "soldiers",
                "planes",
            ]);
            let owner_state = p.t.hits_in(seg, Cat::State).next().is_some() || (country && force);
            let kind = if owner_state { Kind::State } else { Kind::Organisation };
            let named = list[seg.clone()].iter().any(|t| t.pos == Pos::Propn);
            // Aircraft and tanks act, and are no body, unless the words say whose.
            let machine = list[seg.end - 1].any(MACHINES);
            if machine && !(owner_state || country || named) {
                return None;
            }
            return Some(Found {
                kind,
                name: seg.clone(),
                named,
                role: None,
                rule: "collective_noun",
                score: 0.82,
                extend: seg.end,
            });
        }
        if seg.len() == 1
            && list[seg.start].shout
            && list[seg.start].low.len() > 1
            && list[seg.start].pos == Pos::Propn
            && p.t.cased
        {
            return Some(Found {
                kind: Kind::Organisation,
                name: seg.clone(),
                named: true,
                role: None,
                rule: "acronym",
                score: 0.7,
                extend: seg.end,
            });
        }
        None
    }

    /// “Ministry of Defence”, “Network for Human Rights”: the capital phrases behind *of* and *for*.
    pub(super) fn extended(&self, p: &Parse<'_>, np: usize, end: usize) -> usize {
        let mut end = end;
        for _ in 0..4 {
            let Some(joint) = p.t.get(end) else { break };
            if !joint.any(&["of", "for", "on", "against", "and", "without"]) {
                break;
            }
            let Some(next) = p.np_from(end + 1) else { break };
            let toks = &p.nps[next].toks;
            let ok = p.t.list[toks.start..toks.end].iter().all(|t| t.capital || t.any(&["the", "of"]))
                && p.t.list[toks.start].sent == p.t.list[p.nps[np].head].sent
                && p.t.cased;
            let person = p.t.hits_in(toks, Cat::Title).next().is_some();
            let conjunct = joint.is("and") && p.t.hits_in(toks, Cat::OrgHead).next().is_some();
            if !ok
                || p.nps[next].time
                || person
                || conjunct
                || joint.is("and") && !p.t.list[..end].iter().rev().take(6).any(|t| t.any(&["of", "for"]))
            {
                break;
            }
            end = toks.end;
        }
        end
    }

    /// A run of capital words with no telling word: a name already known, or a speaker.
    pub(super) fn bare_name(&self, p: &Parse<'_>, seg: &Range<usize>, np: usize, head_segment: bool) -> Option<Found> {
        let list = &p.t.list;
        let words = &list[seg.clone()];
        if !p.t.cased || words.len() > 4 || !words.iter().all(|t| t.pos == Pos::Propn) {
            return None;
        }
        let key: Vec<&str> = words.iter().map(|t| t.low.as_ref()).collect();
        let same = |e: &&Entity| {
            if e.kind == Kind::Person {
                e.named && e.key.last().map(String::as_str) == key.last().copied()
            } else {
                e.named && e.key.len() > key.len() && e.key.iter().zip(&key).all(|(a, b)| a == b)
            }
        };
        if let Some(known) = self.list.iter().rev().take(400).find(same) {
            let rule = if known.kind == Kind::Person { "surname" } else { "short_name" };
            return Some(Found {
                kind: known.kind,
                name: seg.clone(),
                named: true,
                role: None,
                rule,
                score: 0.88,
                extend: seg.end,
            });
        }
        if let [only] = words
            && self.groups.contains(&*only.low)
        {
            return Some(Found {
                kind: Kind::Organisation,
                name: seg.clone(),
                named: true,
                role: None,
                rule: "group_name",
                score: 0.8,
                extend: seg.end,
            });
        }
        // “Jane Doe, a spokeswoman for …”.
        let apposition = p.t.is(seg.end, ",")
            && p.np_from(seg.end + 1).is_some_and(|n| {
                p.t.hits_in(&p.nps[n].toks, Cat::Title).last().is_some_and(|h| h.end == p.nps[n].toks.end)
            });
        // “its chairwoman, Jane Doe, said”.
        let before = seg.start.checked_sub(2).filter(|_| p.t.is(seg.start - 1, ",")).and_then(|i| p.np_at(i));
        let named_role = words.len() > 1
            && p.t.list.get(seg.end).is_some_and(|t| t.any(&[",", ".", ";"]))
            && before.is_some_and(|n| {
                let role = p.t.hits_in(&p.nps[n].toks, Cat::Title).last();
                !p.nps[n].plural && role.is_some_and(|h| h.end == p.nps[n].toks.end)
            });
        if named_role {
            return Some(Found {
                kind: Kind::Person,
                name: seg.clone(),
                named: true,
                role: None,
                rule: ROLE_NAMED_BEHIND,
                score: 0.8,
                extend: seg.end,
            });
        }
        if self.speakers[np] && head_segment || apposition {
            let score = if words.len() > 1 || apposition { 0.8 } else { 0.6 };
            return Some(Found {
                kind: Kind::Person,
                name: seg.clone(),
                named: true,
                role: None,
                rule: "speaking_name",
                score,
                extend: seg.end,
            });
        }
        None
    }
}
