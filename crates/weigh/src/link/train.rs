//! What each level is worth: Fellegi and Sunter 1969, learnt without labels by expectation maximisation (Winkler 1988).
//!
//! How often a level comes up between rows of different people (u) is counted on random pairs, and for *exact* from how
//! often each value occurs. How often between rows of one person (m) is learnt per blocking rule, over the pairs that
//! the rule brings together and leaving out the fields that it looks at: over all blocked pairs at once, u of two random
//! people does not hold and the learning runs away. Everything is counted in a fixed order, so that any number of threads
//! gives the same bits.

use super::block::{Blocking, random_pair};
use super::compare::{Comparer, NOT_STATED, OTHER, Pattern, Tools, counts};
use super::hash::{bytes_hash, mix};
use super::level::Level;
use super::parallel::in_order;

/// Random pairs that are drawn.
const RANDOM_PAIRS: u64 = 600_000;
/// Pairs of a rule that are learnt from, about.
const SESSION_PAIRS: u64 = 100_000;
/// Most rules that are learnt from.
const MOST_SESSIONS: usize = 12;
/// Rounds of learning in a session.
const ROUNDS: usize = 60;
/// A round that moves no probability by more than this is the last.
const SETTLED: f64 = 1e-6;
/// Pairs that each level counts as seen before any is, so that what was not seen is not impossible.
const SEEN_BEFORE: f64 = 0.5;
/// Matches below which a rule teaches nothing.
const FEWEST_MATCHES: f64 = 20.0;
/// Levels that a field can have, with *other* and *not stated*.
pub(crate) const LEVELS: usize = 16;

/// Probabilities of the levels of a field, where both rows state it.
pub(crate) type OfLevels = [f64; LEVELS];

/// What was learnt.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Model {
    /// Of rows of one person, by field.
    pub m: Vec<OfLevels>,
    /// Of rows of two.
    pub u: Vec<OfLevels>,
    /// Probability that two random rows are of one person.
    pub prior: f64,
    /// How many rules taught each field; 0 = the guess that it began with.
    pub taught: Vec<usize>,
}

impl Model {
    /// log₂ of how much likelier a level is among rows of one person.
    pub fn weight(&self, field: usize, level: u8) -> f64 {
        if level == NOT_STATED {
            return 0.0;
        }
        (self.m[field][usize::from(level)] / self.u[field][usize::from(level)]).log2()
    }
}

/// Patterns with how many pairs have each, sorted.
type Counted = Vec<(Pattern, u64)>;

/// The pairs of one rule, or a part of them.
struct Session {
    rule: usize,
    /// One of so many was taken.
    every: u64,
    patterns: Counted,
}

/// Learns from a table.
pub(crate) fn train(comparer: &Comparer<'_>, blocking: &Blocking, threads: usize) -> Model {
    let random = random_levels(comparer, threads);
    let guess: Vec<OfLevels> = comparer.fields.iter().map(|f| first_guess(f.count())).collect();
    let mut order: Vec<usize> = (0..blocking.rules.len()).filter(|r| blocking.rules[*r].pairs > 0).collect();
    order.truncate(MOST_SESSIONS);
    let sessions: Vec<Session> = order.iter().map(|rule| session(comparer, blocking, *rule, threads)).collect();
    let mut model = Model { m: guess.clone(), u: random.clone(), prior: 0.0, taught: vec![0; guess.len()] };
    // Among random pairs are pairs of one person too; once their share is known they are taken out of u, and once more.
    for _ in 0..3 {
        let learnt: Vec<Learnt> = sessions.iter().map(|s| learn(comparer, blocking, s, &model.u, &guess)).collect();
        let purities = purities(comparer, &learnt);
        combine(&mut model, &learnt, &purities, &guess);
        let pure: Vec<bool> = purities.iter().map(|p| *p >= PURE).collect();
        model.prior = prior(comparer, blocking, &sessions, &learnt, &pure, &model);
        model.u = without_matches(&random, &model);
    }
    model
}

/// Counts patterns of the pairs that `each` gives, piece by piece on the threads.
pub(crate) fn count_patterns(
    comparer: &Comparer<'_>,
    pieces: usize,
    threads: usize,
    each: impl Fn(usize, &mut dyn FnMut(u32, u32)) + Sync,
) -> Counted {
    let work = |tools: &mut Tools, piece: usize| {
        let mut found: Vec<Pattern> = Vec::new();
        each(piece, &mut |a, b| found.push(comparer.compare(a, b, tools)));
        found.sort_unstable();
        found.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u64)).collect::<Counted>()
    };
    let mut all: Counted = in_order(threads, pieces, Tools::new, work).into_iter().flatten().collect();
    all.sort_unstable();
    all.chunk_by(|a, b| a.0 == b.0).map(|run| (run[0].0, run.iter().map(|r| r.1).sum())).collect()
}

/// How often each level comes up between random rows that both state the field.
fn random_levels(comparer: &Comparer<'_>, threads: usize) -> Vec<OfLevels> {
    let (rows, second_from) = (comparer.table.rows(), comparer.table.second_from());
    let drawable = if second_from.is_some_and(|n| n == 0 || n == rows) || rows < 2 { 0 } else { RANDOM_PAIRS };
    const CHUNK: u64 = 1 << 15;
    let pieces = drawable.div_ceil(CHUNK) as usize;
    let counted = count_patterns(comparer, pieces, threads, |piece, take| {
        for n in piece as u64 * CHUNK..((piece as u64 + 1) * CHUNK).min(drawable) {
            let (a, b) = random_pair(n, rows, second_from);
            take(a, b);
        }
    });
    let of_field = |(at, field): (usize, &super::compare::Ready)| {
        let mut seen = level_counts(&counted, at, |_| 1.0);
        let exact = field.levels.iter().position(|l| *l == Level::Exact).map(|n| field.count() - 1 - n);
        let stated: f64 = (1..field.count()).map(|l| seen[l]).sum();
        if let Some(exact) = exact {
            seen[exact] = 0.0;
            let others: f64 = (1..field.count()).map(|l| seen[l]).sum();
            let share = exact_share(comparer, at);
            // The other levels keep their shares of what is not the same.
            let scale = if others > 0.0 { stated * (1.0 - share) / others } else { 0.0 };
            seen.iter_mut().for_each(|n| *n *= scale);
            seen[exact] = stated * share;
        }
        shares(&seen, field.count(), &first_guess(field.count()), 1.0)
    };
    comparer.fields.iter().enumerate().map(of_field).collect()
}

/// The probability that two random rows (across the lists, where there are two) say the same, from how often each value
/// occurs.
fn exact_share(comparer: &Comparer<'_>, at: usize) -> f64 {
    let field = &comparer.fields[at];
    let table = comparer.table;
    let heads = &field.prepared.heads;
    let mut of_first = counts(table, field.column);
    let mut of_second = vec![0u32; of_first.len()];
    if let Some(from) = table.second_from() {
        of_first.fill(0);
        (0..from).for_each(|row| of_first[table.code(row, field.column) as usize] += 1);
        (from..table.rows()).for_each(|row| of_second[table.code(row, field.column) as usize] += 1);
    }
    let mut order: Vec<u32> = (1..heads.len() as u32).filter(|c| heads[*c as usize].hash != 0).collect();
    order.sort_unstable_by_key(|c| (heads[*c as usize].hash, *c));
    let sum = |run: &[u32], of: &[u32]| run.iter().map(|c| f64::from(of[*c as usize])).sum::<f64>();
    let (n, o) = (sum(&order, &of_first), sum(&order, &of_second));
    let mut same = 0.0;
    for run in order.chunk_by(|a, b| heads[*a as usize].hash == heads[*b as usize].hash) {
        let (x, y) = (sum(run, &of_first), sum(run, &of_second));
        same += if table.second_from().is_some() { x * y } else { x * (x - 1.0) };
    }
    let all = if table.second_from().is_some() { n * o } else { n * (n - 1.0) };
    if all > 0.0 { same / all } else { 0.0 }
}

/// Sums a weight of the patterns by the level of a field.
fn level_counts(counted: &Counted, field: usize, weight: impl Fn(usize) -> f64) -> OfLevels {
    let mut out = [0.0; LEVELS];
    for (n, (pattern, count)) in counted.iter().enumerate() {
        out[usize::from(pattern.get(field))] += *count as f64 * weight(n);
    }
    out
}

/// Counts as probabilities of the levels from *other* up, each taken as seen before as the guess says.
fn shares(seen: &OfLevels, count: usize, guess: &OfLevels, before: f64) -> OfLevels {
    let all: f64 = (1..count).map(|l| seen[l] + before * guess[l]).sum();
    let mut out = [0.0; LEVELS];
    (1..count).for_each(|l| out[l] = (seen[l] + before * guess[l]) / all);
    out
}

/// What m is taken for before anything is learnt: mostly the best level, the others the likelier the better they are.
fn first_guess(count: usize) -> OfLevels {
    let mut out = [0.0; LEVELS];
    if count <= 2 {
        out[1] = 1.0;
        return out;
    }
    let between = count - 3;
    out[count - 1] = 0.85;
    out[usize::from(OTHER)] = 0.05;
    let rest = if between == 0 {
        out[count - 1] += 0.1;
        0.0
    } else {
        0.1
    };
    let weights: f64 = (1..=between).map(|n| n as f64).sum();
    (1..=between).for_each(|n| out[1 + n] = rest * n as f64 / weights);
    out
}

/// Compares the pairs of a rule, or an even part of them.
fn session(comparer: &Comparer<'_>, blocking: &Blocking, rule: usize, threads: usize) -> Session {
    let every = blocking.rules[rule].pairs.div_ceil(SESSION_PAIRS).max(1);
    let pieces = blocking.pieces(rule);
    let patterns = count_patterns(comparer, pieces.len(), threads, |piece, take| {
        blocking.each(rule, pieces[piece], true, |a, b| {
            if every == 1 || mix(bytes_hash(&a.to_le_bytes()), u64::from(b)).is_multiple_of(every) {
                take(a, b);
            }
        });
    });
    Session { rule, every, patterns }
}

/// What one session taught.
struct Learnt {
    rule: usize,
    /// By field; none for those that the rule looks at.
    m: Vec<Option<OfLevels>>,
    /// How many pairs of one person the rule brings together.
    matches: f64,
    /// Posterior of each pattern of the session.
    posterior: Vec<f64>,
}

/// Expectation maximisation over the patterns of a session, u fixed.
fn learn(
    comparer: &Comparer<'_>,
    blocking: &Blocking,
    session: &Session,
    u: &[OfLevels],
    guess: &[OfLevels],
) -> Learnt {
    let left_out = &blocking.rules[session.rule].columns;
    let used: Vec<usize> =
        (0..comparer.fields.len()).filter(|f| !left_out.contains(&comparer.fields[*f].column)).collect();
    let all: f64 = session.patterns.iter().map(|(_, n)| *n as f64).sum();
    let mut m: Vec<OfLevels> = guess.to_vec();
    let mut share = 0.3;
    let mut posterior = vec![0.0; session.patterns.len()];
    for _ in 0..ROUNDS {
        let ratios = ratios(&used, &m, u);
        let mut matches = 0.0;
        for (p, (pattern, count)) in posterior.iter_mut().zip(&session.patterns) {
            let odds =
                used.iter().fold(share / (1.0 - share), |odds, f| odds * ratios[*f][usize::from(pattern.get(*f))]);
            *p = if odds.is_finite() { odds / (1.0 + odds) } else { 1.0 };
            matches += *p * *count as f64;
        }
        let mut moved = 0.0f64;
        for f in &used {
            let seen = level_counts(&session.patterns, *f, |n| posterior[n]);
            let new = shares(&seen, comparer.fields[*f].count(), &guess[*f], SEEN_BEFORE);
            moved = (0..LEVELS).fold(moved, |most, l| most.max((new[l] - m[*f][l]).abs()));
            m[*f] = new;
        }
        let new_share = ((matches + 0.5) / (all + 1.0)).clamp(1e-9, 1.0 - 1e-6);
        moved = moved.max((new_share - share).abs());
        share = new_share;
        if moved < SETTLED {
            break;
        }
    }
    let matches = share * all * session.every as f64;
    let m = m.into_iter().enumerate().map(|(f, m)| used.contains(&f).then_some(m)).collect();
    Learnt { rule: session.rule, m, matches, posterior }
}

/// m ÷ u by level; 1 for what is not stated.
fn ratios(used: &[usize], m: &[OfLevels], u: &[OfLevels]) -> Vec<OfLevels> {
    let mut out = vec![[1.0; LEVELS]; m.len()];
    for f in used {
        for level in 1..LEVELS {
            if u[*f][level] > 0.0 {
                out[*f][level] = m[*f][level] / u[*f][level];
            }
        }
    }
    out
}

/// Least purity at which a session is listened to.
const PURE: f64 = 0.6;

/// How pure each session's matches are, 0 to 1: for the field where it looks worst, agreement beside the most that any
/// session saw there. A rule on what households share takes relatives for matches, and then given names and birthdays of
/// its matches agree far less than those of other rules'.
fn purities(comparer: &Comparer<'_>, learnt: &[Learnt]) -> Vec<f64> {
    let taught = |s: &&Learnt| s.matches >= FEWEST_MATCHES;
    let best = |s: &Learnt, f: usize| s.m[f].map(|m| m[comparer.fields[f].count() - 1]);
    let most: Vec<f64> = (0..comparer.fields.len())
        .map(|f| learnt.iter().filter(taught).filter_map(|s| best(s, f)).fold(0.0, f64::max))
        .collect();
    let worst = |s: &Learnt| {
        let shares = most.iter().enumerate().filter_map(|(f, most)| Some(best(s, f)? / most.max(1e-9)));
        shares.fold(1.0, f64::min)
    };
    learnt.iter().map(|s| if s.matches >= FEWEST_MATCHES { worst(s) } else { 0.0 }).collect()
}

/// Means over the sessions; each counts by the matches that it saw (to a limit: many of one kind are not more telling) and
/// by its purity.
fn combine(model: &mut Model, learnt: &[Learnt], purities: &[f64], guess: &[OfLevels]) {
    for (f, guess) in guess.iter().enumerate() {
        let (mut sum, mut weights, mut taught) = ([0.0; LEVELS], 0.0, 0);
        for (session, purity) in learnt.iter().zip(purities).filter(|(_, p)| **p >= PURE) {
            let Some(m) = session.m[f] else { continue };
            let weight = session.matches.sqrt() * purity.powi(4);
            (0..LEVELS).for_each(|l| sum[l] += weight * m[l]);
            (weights, taught) = (weights + weight, taught + 1);
        }
        model.m[f] = *guess;
        if weights > 0.0 {
            (0..LEVELS).for_each(|l| model.m[f][l] = sum[l] / weights);
        }
        model.taught[f] = taught;
    }
}

/// The probability that two random rows are of one person, by capture and recapture: of the matches that one rule found,
/// how many would another, which looks at other columns, have found too?
fn prior(
    comparer: &Comparer<'_>,
    blocking: &Blocking,
    sessions: &[Session],
    learnt: &[Learnt],
    pure: &[bool],
    model: &Model,
) -> f64 {
    let rows = comparer.table.rows() as f64;
    let pairs = match comparer.table.second_from() {
        Some(from) => from as f64 * (rows - from as f64),
        None => rows * (rows - 1.0) / 2.0,
    };
    if pairs < 1.0 {
        return 0.5;
    }
    let mut estimates: Vec<f64> = Vec::new();
    let of_pure = || learnt.iter().zip(pure).filter(|(_, pure)| **pure).map(|(s, _)| s);
    for one in of_pure() {
        // Share of the matches of this rule's pairs that agree on the fields of another rule, as far as these are compared.
        for (other_session, other) in sessions.iter().zip(learnt).zip(pure).filter(|(_, pure)| **pure).map(|(s, _)| s) {
            let (x, y) = (&blocking.rules[one.rule].columns, &blocking.rules[other.rule].columns);
            if x.iter().any(|c| y.contains(c)) {
                continue;
            }
            let found = agreeing(comparer, x, other_session, &other.posterior);
            let of_other: f64 =
                other_session.patterns.iter().zip(&other.posterior).map(|((_, n), p)| *n as f64 * p).sum();
            if found > 5.0 && of_other > 0.0 {
                let exact_of_one = agreeing_matches(comparer, x, one, sessions);
                estimates.push(exact_of_one * of_other / found);
            }
        }
    }
    let most = of_pure().map(|s| s.matches).fold(1.0, f64::max);
    estimates.sort_unstable_by(f64::total_cmp);
    let all = match estimates.len() {
        // No two rules look at other columns: the best rule, and what its fields are missed by.
        0 => most / of_pure().map(|s| missed(comparer, blocking, s, model)).fold(1.0, f64::min).max(0.05),
        n => estimates[n / 2].max(most),
    };
    (all / pairs).clamp(1e-12, 0.5)
}

/// Posterior sum of the pairs of a session that say exactly the same in all compared fields of these columns.
fn agreeing(comparer: &Comparer<'_>, columns: &[usize], session: &Session, posterior: &[f64]) -> f64 {
    let fields: Vec<usize> =
        (0..comparer.fields.len()).filter(|f| columns.contains(&comparer.fields[*f].column)).collect();
    let same = |pattern: Pattern| {
        !fields.is_empty() && fields.iter().all(|f| comparer.fields[*f].level(pattern.get(*f)) == Some(Level::Exact))
    };
    session.patterns.iter().zip(posterior).filter(|((p, _), _)| same(*p)).map(|((_, n), p)| *n as f64 * p).sum()
}

/// Matches of a rule that agree exactly on the whole of its columns: a rule on parts brings together more.
fn agreeing_matches(comparer: &Comparer<'_>, columns: &[usize], one: &Learnt, sessions: &[Session]) -> f64 {
    let Some(session) = sessions.iter().find(|s| s.rule == one.rule) else { return 0.0 };
    agreeing(comparer, columns, session, &one.posterior) * session.every as f64
}

/// The share of matches that agree on the fields of a rule.
fn missed(comparer: &Comparer<'_>, blocking: &Blocking, one: &Learnt, model: &Model) -> f64 {
    let fields =
        (0..comparer.fields.len()).filter(|f| blocking.rules[one.rule].columns.contains(&comparer.fields[*f].column));
    fields.map(|f| model.m[f][comparer.fields[f].count() - 1]).product()
}

/// Least share of what was counted on random pairs that u keeps when matches are taken out.
const LEAST_OF_RANDOM: f64 = 0.02;

/// u without the pairs of one person that are among random pairs.
fn without_matches(random: &[OfLevels], model: &Model) -> Vec<OfLevels> {
    let take_out = |(random, m): (&OfLevels, &OfLevels)| {
        let mut out = [0.0; LEVELS];
        let lambda = model.prior;
        (0..LEVELS)
            .for_each(|l| out[l] = ((random[l] - lambda * m[l]) / (1.0 - lambda)).max(random[l] * LEAST_OF_RANDOM));
        let all: f64 = out.iter().sum();
        out.iter_mut().for_each(|p| *p /= all.max(f64::MIN_POSITIVE));
        out
    };
    random.iter().zip(&model.m).map(take_out).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_are_probabilities() {
        for count in 2..LEVELS {
            let sum: f64 = first_guess(count).iter().sum();
            assert!((sum - 1.0).abs() < 1e-12, "{count} {sum}");
        }
    }
}
