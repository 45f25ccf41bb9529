//! Who says what, as any grammar over tables found it, and which of it lies inside which.
//!
//! Deliberately knows no language and looks at no words: only at where the parts stand.

use std::ops::Range;

/// How many attributions before one are asked whether they hold it.
pub const NEIGHBOURS: usize = 32;

/// One attribution, in tokens.
#[derive(Debug, Clone)]
pub struct Attribution {
    /// The verb, or the words of “according to”.
    pub cue: Range<usize>,
    /// Who speaks; empty when not named here.
    pub source: Range<usize>,
    /// The attribution whose source this one takes over.
    pub source_of: Option<usize>,
    /// To whom, for appeals.
    pub addressee: Option<Range<usize>>,
    /// What is said.
    pub content: Range<usize>,
    /// Stance of the contract.
    pub stance: &'static str,
    /// `direct`, `indirect` or `mixed`.
    pub speech: &'static str,
    /// The verb warns: what it says is ahead.
    pub warns: bool,
    /// Rule that found it.
    pub rule: &'static str,
    /// Index of the attribution that encloses it.
    pub inside: Option<usize>,
}

/// Sets for each attribution which other encloses it; of those that are passed on, who tells them says so already.
pub fn nest(out: &mut [Attribution]) {
    for at in 0..out.len() {
        if out[at].rule == "passed_on" && out[at].inside.is_some() {
            continue;
        }
        let cue = out[at].cue.start;
        let within =
            |other: &usize| *other != at && (out[*other].content.contains(&cue) || passes_on(&out[*other], &out[at]));
        out[at].inside = near(out, at).filter(within).min_by_key(|other| depth(out, *other));
        // `قال … وأضاف` in one sentence: one speaker, not one who passes on himself.
        if let Some(outer) = out[at].inside
            && (out[at].source_of == Some(outer)
                || out[at].source_of.is_some() && out[at].source_of == out[outer].source_of)
        {
            out[at].inside = out[outer].inside;
        }
    }
}

/// Sorts the innermost first: the shortest content, and of one content the one who has it at last hand.
fn depth(list: &[Attribution], at: usize) -> (usize, bool, std::cmp::Reverse<usize>) {
    let passed = list[at].rule == "passed_on";
    (list[at].content.len(), !passed, std::cmp::Reverse(if passed { at } else { usize::MAX - at }))
}

/// `inner` is who `outer` has it from.
fn passes_on(outer: &Attribution, inner: &Attribution) -> bool {
    inner.rule == "passed_on" && outer.rule != "passed_on" && outer.content == inner.content
}

/// Attributions that may hold the words of number `at`: those shortly before it and, for “according to”, right after.
pub fn near(list: &[Attribution], at: usize) -> std::ops::Range<usize> {
    at.saturating_sub(NEIGHBOURS)..list.len().min(at + 4)
}

/// Index of the innermost attribution whose content holds token `at`.
pub fn innermost(list: &[Attribution], at: usize) -> Option<usize> {
    let number = list.partition_point(|one| one.cue.start <= at);
    let holds = |index: &usize| list[*index].content.contains(&at);
    near(list, number).filter(holds).min_by_key(|index| depth(list, *index))
}

/// Indices from the outermost attribution to `index`.
pub fn chain(list: &[Attribution], index: usize) -> Vec<usize> {
    let mut out = vec![index];
    let mut current = index;
    while let Some(outer) = list[current].inside.filter(|outer| !out.contains(outer) && out.len() < NEIGHBOURS) {
        out.push(outer);
        current = outer;
    }
    out.reverse();
    out
}
