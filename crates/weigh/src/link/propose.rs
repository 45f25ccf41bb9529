//! A config from the columns themselves: what each holds, which swap, which say the same twice, and by which rules rows are
//! brought together within a budget of pairs.
//!
//! A proposal to be read and corrected by a person, not a guess behind their back: it is the same `link.toml` that they would
//! write. Names of columns are hints, in English and Arabic; what the cells look like decides.

use super::block::{Keys, Part, size};
use super::config::{Config, Field, Kind, Lists, Rule};
use super::hash::throw;
use super::prepare::{date_order, folded, read_day};
use super::table::{Table, TableBuilder};

/// Rows that are looked at.
const SAMPLE: usize = 30_000;
/// Pairs that the rules may make at least, and more for each row.
const BUDGET: f64 = 3_000_000.0;
const BUDGET_A_ROW: f64 = 5.0;
/// Least share of rows that state a column for it to be compared.
const LEAST_STATED: f64 = 0.03;
/// Share of pairs that agree by chance from which on a column is a category.
const CATEGORY: f64 = 0.02;
/// Words in the names of columns that hold names of people.
const NAMES: [&str; 12] =
    ["name", "given", "first", "last", "family", "father", "mother", "nick", "اسم", "لقب", "كنية", "الأب"];
/// Distinct values below which even names are a category.
const FEWEST_NAMES: usize = 8;
/// Most rules that are proposed.
const MOST_PROPOSED: usize = 20;

/// Proposes a config for a table.
pub fn propose(table: &Table) -> Config {
    let sample = sample(table);
    let id = id_column(table);
    let looks: Vec<Look> =
        (0..table.columns().len()).filter(|c| Some(*c) != id).filter_map(|c| look(table, &sample, c)).collect();
    let looks = without_repeats(&sample, looks);
    let mut config = Config {
        id: id.map(|c| table.columns()[c].clone()),
        lists: Lists::OneToOne,
        field: looks.iter().map(|l| l.field(table)).collect(),
        block: Vec::new(),
    };
    config.field.truncate(super::config::MOST_FIELDS);
    swaps(&mut config.field);
    config.block = rules(table, &sample, &config, &looks);
    config
}

/// Rows of both lists, the same in every run.
fn sample(table: &Table) -> Table {
    let every = table.rows().div_ceil(SAMPLE).max(1) as u64;
    let names: Vec<&str> = table.columns().iter().map(String::as_str).collect();
    let mut builder = TableBuilder::new(&names, table.second_from().map(|_| &names[..]));
    for row in 0..table.rows() {
        if table.second_from() == Some(row) {
            builder.second(&names);
        }
        if throw(5, row as u64).is_multiple_of(every) {
            builder.push((0..names.len()).map(|c| table.value(row, c)));
        }
    }
    if table.second_from() == Some(table.rows()) {
        builder.second(&names);
    }
    builder.finish()
}

/// The column that names rows: called an id, stated everywhere and never twice in a list.
fn id_column(table: &Table) -> Option<usize> {
    let called = |c: &usize| {
        let name = table.columns()[*c].to_lowercase();
        let parts: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
        name == "uuid"
            || parts.iter().any(|p| matches!(*p, "id" | "key" | "معرف" | "المعرف" | "رقم"))
            || name.ends_with("id")
    };
    let unique = |c: &usize| {
        let mut seen = vec![0u8; table.values[*c].len()];
        let second = table.second_from().unwrap_or(table.rows());
        (0..table.rows()).all(|row| {
            let (code, bit) = (table.code(row, *c) as usize, if row < second { 1 } else { 2 });
            let fresh = code != 0 && seen[code] & bit == 0;
            seen[code] |= bit;
            fresh
        })
    };
    (0..table.columns().len()).filter(called).find(unique)
}

/// What a column looks like.
#[derive(Debug, Clone)]
struct Look {
    column: usize,
    kind: Kind,
    /// Share of rows that state it.
    stated: f64,
    /// Share of pairs of rows that agree on it.
    same: f64,
    distinct: usize,
}

impl Look {
    fn field(&self, table: &Table) -> Field {
        let rare = matches!(self.kind, Kind::Name | Kind::Text | Kind::Category) && self.distinct > 8;
        Field {
            column: table.columns()[self.column].clone(),
            kind: self.kind,
            levels: Vec::new(),
            term_frequency: rare,
            swaps_with: None,
            contradicts: false,
        }
    }
}

fn look(table: &Table, sample: &Table, column: usize) -> Option<Look> {
    let name = table.columns()[column].to_lowercase();
    let counts = super::compare::counts(sample, column);
    let stated: f64 = counts.iter().skip(1).map(|c| f64::from(*c)).sum();
    let rows = sample.rows().max(1) as f64;
    let distinct = counts.iter().skip(1).filter(|c| **c > 0).count();
    if stated / rows < LEAST_STATED || distinct < 2 || stated < 2.0 {
        return None;
    }
    let same =
        counts.iter().skip(1).map(|c| f64::from(*c) * (f64::from(*c) - 1.0)).sum::<f64>() / (stated * (stated - 1.0));
    let kind = kind(sample, column, &counts, &name, same);
    Some(Look { column, kind, stated: stated / rows, same, distinct })
}

fn kind(sample: &Table, column: usize, counts: &[u32], name: &str, same: f64) -> Kind {
    let values = &sample.values[column];
    let order = date_order(values);
    let (mut all, mut dates, mut digits, mut letters, mut at, mut length, mut mixed) =
        (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for (code, count) in counts.iter().enumerate().skip(1) {
        let (text, n) = (values.get(code), f64::from(*count));
        let has = |f: fn(char) -> bool| text.chars().any(f);
        all += n;
        let plausible =
            |d: super::prepare::Day| (1_000..=2_100).contains(&d.year) && d.month <= 12 && d.day <= 31 && d.month > 0;
        dates += n * f64::from(u8::from(text.len() > 6 && read_day(text, order).is_some_and(plausible)));
        digits += n * f64::from(u8::from(has(char::is_numeric) && !has(char::is_alphabetic)));
        letters += n * f64::from(u8::from(has(char::is_alphabetic) && !has(char::is_numeric)));
        mixed += n * f64::from(u8::from(has(char::is_alphabetic) && has(char::is_numeric)));
        at += n * f64::from(u8::from(text.contains('@')));
        length += n * folded(text, Kind::Text).chars().count() as f64;
    }
    let most = |n: f64| n >= 0.7 * all;
    let named = |hints: &[&str]| hints.iter().any(|h| name.contains(h));
    if most(dates) && named(&["date", "dob", "birth", "born", "day", "تاريخ", "ميلاد", "يوم"]) || dates >= 0.9 * all
    {
        Kind::Date
    } else if named(&["age", "عمر", "السن"]) && most(digits) {
        Kind::Number
    } else if named(&["post", "zip", "plz"]) && most(mixed) {
        Kind::Postcode
    } else if most(letters) && named(&NAMES) && counts.iter().skip(1).filter(|c| **c > 0).count() >= FEWEST_NAMES {
        Kind::Name
    } else if same >= CATEGORY {
        Kind::Category
    } else if most(at) || most(digits) || (most(mixed) && length < 12.0 * all) {
        Kind::Code
    } else {
        Kind::Text
    }
}

/// Share of rows that hold all words of one column in another from which on the one repeats the other.
const REPEATS: f64 = 0.6;
/// Rows that are looked at for that.
const REPEAT_ROWS: usize = 4_000;

/// Leaves out columns that only repeat what others say (a full name beside its parts): to count the same agreement twice
/// makes every probability too sure.
fn without_repeats(sample: &Table, looks: Vec<Look>) -> Vec<Look> {
    let wordy = |l: &Look| matches!(l.kind, Kind::Name | Kind::Text);
    let repeats = |inner: &Look, outer: &Look| {
        let (mut both, mut held) = (0usize, 0usize);
        for row in 0..sample.rows().min(REPEAT_ROWS) {
            let text = |l: &Look| folded(sample.value(row, l.column), Kind::Name);
            let (x, y) = (text(inner), text(outer));
            if !x.is_empty() && !y.is_empty() {
                let words: Vec<&str> = y.split(' ').collect();
                both += 1;
                held += usize::from(x.split(' ').all(|w| words.contains(&w)));
            }
        }
        both > 20 && held as f64 >= REPEATS * both as f64
    };
    let mut drop = vec![false; looks.len()];
    for (o, outer) in looks.iter().enumerate().filter(|(_, l)| wordy(l)) {
        let others = looks.iter().enumerate().filter(|(i, l)| *i != o && wordy(l));
        let inner: Vec<usize> = others.filter(|(_, l)| repeats(l, outer)).map(|(i, _)| i).collect();
        let parts: Vec<usize> = inner.iter().copied().filter(|i| !repeats(outer, &looks[*i])).collect();
        match parts.as_slice() {
            // The same twice: the later goes.
            [] => drop[o] |= inner.iter().any(|i| *i < o),
            // One part and something else beside it: the part goes.
            [part] => drop[*part] = true,
            _ => drop[o] = true,
        }
    }
    let mut at = 0;
    let mut looks = looks;
    looks.retain(|_| {
        at += 1;
        !drop[at - 1]
    });
    looks
}

/// Given and family names are swapped now and then.
fn swaps(fields: &mut [Field]) {
    let named = |field: &Field, hints: &[&str]| {
        let name = field.column.to_lowercase();
        field.kind == Kind::Name && hints.iter().any(|h| name.contains(h))
    };
    let family = fields.iter().find(|f| named(f, &["surname", "last", "family", "sur_name", "لقب", "كنية", "العائلة"]));
    let Some(family) = family.map(|f| f.column.clone()) else { return };
    let given = fields.iter_mut().find(|f| f.column != family && named(f, &["given", "first", "fore", "الاسم"]));
    if let Some(given) = given {
        given.swaps_with = Some(family);
    }
}

/// What a match does to the value of a column, for choosing rules: it stays, it has a slip somewhere, or it is another.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    Same,
    /// Where the slip is, 0 to 1 of its length.
    Slip(f64),
    Other,
}

/// Matches that are imagined when rules are chosen.
const IMAGINED: usize = 3_000;
/// Shares of imagined matches whose values stay, and that have a slip.
const STAYS: f64 = 0.6;
const SLIPS: f64 = 0.28;

struct Candidate {
    parts: Vec<(String, usize)>,
    pairs: f64,
    covers: Vec<bool>,
}

/// Rules that bring the most imagined matches together for the fewest pairs, until the budget is used.
fn rules(table: &Table, sample: &Table, config: &Config, looks: &[Look]) -> Vec<Rule> {
    let scale = (table.rows() as f64 / sample.rows().max(1) as f64).powi(2);
    let budget = BUDGET + BUDGET_A_ROW * table.rows() as f64;
    let mut candidates = candidates(sample, config, looks, scale, budget);
    let mut covered = vec![false; IMAGINED];
    let (mut spent, mut out) = (0.0, Vec::new());
    while out.len() < MOST_PROPOSED {
        let new = |c: &Candidate| c.covers.iter().zip(&covered).filter(|(c, done)| **c && !**done).count() as f64;
        let worth = |c: &Candidate| new(c) / (c.pairs + 2.0 * table.rows() as f64);
        candidates.retain(|c| spent + c.pairs <= budget && new(c) >= IMAGINED as f64 * 0.001);
        let best = candidates.iter().enumerate().max_by(|(i, x), (j, y)| worth(x).total_cmp(&worth(y)).then(j.cmp(i)));
        let Some((at, _)) = best else { break };
        let chosen = candidates.swap_remove(at);
        candidates.sort_by(|x, y| x.parts.cmp(&y.parts));
        spent += chosen.pairs;
        covered.iter_mut().zip(&chosen.covers).for_each(|(done, c)| *done |= *c);
        out.push(Rule { on: chosen.parts.into_iter().map(|p| p.0).collect() });
    }
    if out.is_empty() {
        // Nothing is selective: the most telling column, whose large blocks are cut.
        out.extend(
            looks
                .iter()
                .min_by(|x, y| x.same.total_cmp(&y.same))
                .map(|l| Rule { on: vec![table.columns()[l.column].clone()] }),
        );
    }
    out
}

/// Parts of columns that rules may be made of, with what survives a slip.
fn parts(config: &Config, looks: &[Look], table: &Table) -> Vec<(String, usize)> {
    let mut out: Vec<(String, usize)> = Vec::new();
    for (at, look) in looks.iter().enumerate() {
        let name = &table.columns()[look.column];
        let suffixes: &[&str] = match look.kind {
            Kind::Name => &["", ":3", ":-3", ":skeleton"],
            Kind::Text => &["", ":4"],
            Kind::Date => &["", ":year", ":month_day"],
            Kind::Code => &["", ":4", ":-4"],
            Kind::Postcode => &["", ":first_word"],
            Kind::Category | Kind::Number => &[""],
        };
        out.extend(suffixes.iter().map(|s| (format!("{name}{s}"), at)));
    }
    let pairs = config.field.iter().enumerate().filter_map(|(at, f)| Some((at, f, f.swaps_with.as_ref()?)));
    out.extend(pairs.map(|(at, f, other)| (format!("{}~{other}", f.column), at)));
    out
}

/// Does a part agree for an imagined match?
fn agrees(part: &str, fates: &[Fate], at: usize, swapped: bool, with: Option<usize>) -> bool {
    if let Some(other) = with {
        return fates[at] == Fate::Same && fates[other] == Fate::Same;
    }
    match fates[at] {
        Fate::Same => !swapped,
        Fate::Other => false,
        Fate::Slip(place) => {
            !swapped
                && match part.rsplit_once(':').map(|p| p.1) {
                    Some("3" | "4") => place > 0.5,
                    Some("-3" | "-4") => place < 0.5,
                    Some("skeleton") => (0.2..0.6).contains(&place),
                    Some("year" | "first_word") => place > 0.45,
                    Some("month_day") => place < 0.45,
                    _ => false,
                }
        }
    }
}

fn candidates(sample: &Table, config: &Config, looks: &[Look], scale: f64, budget: f64) -> Vec<Candidate> {
    let names = parts(config, looks, sample);
    let read: Vec<(String, usize, Part)> =
        names.into_iter().filter_map(|(name, at)| Some((name.clone(), at, Part::read(&name, sample).ok()?))).collect();
    let all: Vec<Part> = read.iter().map(|r| r.2.clone()).collect();
    let keys = Keys::new(sample, config, &all, 1);
    let partner = |name: &str| {
        let other = name.split_once('~')?.1;
        looks.iter().position(|l| sample.columns()[l.column] == other)
    };
    let imagined = imagine(config, looks);
    let mut out = Vec::new();
    let mut consider = |which: &[usize]| -> f64 {
        let chosen: Vec<Part> = which.iter().map(|w| all[*w].clone()).collect();
        let pairs = size(&keys.rows(&chosen), sample.second_from()) as f64 * scale;
        if pairs > 0.0 && pairs <= budget {
            let covers = imagined.iter().map(|(fates, swapped)| {
                which.iter().all(|w| {
                    let (name, at, _) = &read[*w];
                    let swaps = config.field[*at].swaps_with.is_some()
                        || config.field.iter().any(|f| f.swaps_with.as_deref() == Some(&config.field[*at].column));
                    agrees(name, fates, *at, *swapped && swaps, partner(name))
                })
            });
            let parts = which.iter().map(|w| (read[*w].0.clone(), read[*w].1)).collect();
            out.push(Candidate { parts, pairs, covers: covers.collect() });
        }
        pairs
    };
    let singles: Vec<f64> = (0..read.len()).map(|w| consider(&[w])).collect();
    let apart = |x: usize, y: usize| {
        let (p, q) = (&all[x], &all[y]);
        read[x].1 != read[y].1 && !p.columns().any(|c| q.columns().any(|d| c == d))
    };
    for x in 0..read.len() {
        for y in x + 1..read.len() {
            // What is selective alone gains nothing by another part.
            if apart(x, y) && singles[x] > budget * 0.02 && singles[y] > budget * 0.02 {
                consider(&[x, y]);
            }
        }
    }
    out
}

/// What becomes of the values of imagined matches, and whether two columns are swapped.
fn imagine(config: &Config, looks: &[Look]) -> Vec<(Vec<Fate>, bool)> {
    let share = |n: u64| throw(9, n) as f64 / u64::MAX as f64;
    let fate = |n: usize, at: usize, look: &Look| {
        let dice = |k: u64| share((n * looks.len() + at) as u64 * 4 + k);
        let plain = matches!(look.kind, Kind::Category | Kind::Number);
        if dice(0) > look.stated * look.stated {
            Fate::Other
        } else if dice(1) < STAYS + if plain { 0.2 } else { 0.0 } {
            Fate::Same
        } else if dice(1) < STAYS + SLIPS && !plain {
            Fate::Slip(dice(2))
        } else {
            Fate::Other
        }
    };
    let any_swap = config.field.iter().any(|f| f.swaps_with.is_some());
    let imagined = |n: usize| {
        let fates = looks.iter().enumerate().map(|(at, look)| fate(n, at, look)).collect();
        (fates, any_swap && n % 40 == 7)
    };
    (0..IMAGINED).map(imagined).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let given = ["maria", "john", "ann", "peter", "zoe", "karl", "olga", "ivan", "lena", "omar", "aziz", "nora"];
        let family =
            ["weber", "smith", "young", "novak", "haddad", "stone", "rossi", "field", "brook", "marsh", "wood"];
        let names = ["person_id", "full name", "given_name", "surname", "date_of_birth", "sex", "zip", "constant"];
        let mut builder = TableBuilder::new(&names, None);
        for n in 0..2_000usize {
            let (g, f) = (given[n % given.len()], family[n / 7 % family.len()]);
            let born = format!("19{:02}-{:02}-{:02}", n % 60 + 20, n % 12 + 1, n % 28 + 1);
            let zip = format!("{}{} {}", char::from(b'a' + (n % 20) as u8), n % 9, n % 97);
            let (id, full, sex) = (n.to_string(), format!("{g} {f}"), ["f", "m"][n % 2]);
            builder.push([&*id, &*full, g, f, &*born, sex, &*zip, "x"]);
        }
        builder.finish()
    }

    #[test]
    fn columns_are_what_they_look_like() {
        let config = propose(&table());
        assert_eq!(config.id.as_deref(), Some("person_id"));
        let kinds: Vec<(&str, Kind)> = config.field.iter().map(|f| (f.column.as_str(), f.kind)).collect();
        let wanted = [
            ("given_name", Kind::Name),
            ("surname", Kind::Name),
            ("date_of_birth", Kind::Date),
            ("sex", Kind::Category),
            ("zip", Kind::Postcode),
        ];
        assert_eq!(kinds, wanted, "a full name repeats its parts, a constant says nothing");
        assert!(!config.block.is_empty());
        assert_eq!(Config::read(&config.to_toml()).unwrap(), config);
    }

    #[test]
    fn an_empty_table_gets_an_empty_config() {
        let config = propose(&TableBuilder::new(&["id", "name"], None).finish());
        assert!(config.field.is_empty() && config.block.is_empty());
    }
}
