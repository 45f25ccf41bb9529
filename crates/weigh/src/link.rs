//! Record linkage over tables: which rows of one list, or of two, speak of one person.
//!
//! Columns are coded, rows that agree on a blocking rule are compared field by field, weights are learnt without labels
//! (Fellegi and Sunter 1969), each pair gets a probability with the reasons that it is made of, and rows are joined into
//! clusters that no chain of likenesses runs through. The same input gives the same bits on one thread and on two.
//!
//! Deliberately without files, screens and names in messages: errors and notes speak of columns and counts, never of what
//! a cell holds. A probability is a proposal for a person to decide on, never a finding.

mod block;
mod cluster;
mod compare;
mod config;
mod explain;
pub(crate) mod hash;
#[cfg(test)]
mod hostile;
mod kin;
mod level;
mod measure;
mod names;
mod parallel;
mod prepare;
mod propose;
mod score;
mod spelling;
mod table;
mod train;

pub use config::{Config, ConfigError, Field, Kind, Lists, Rule};
pub use explain::{Learnt, Step};
pub use level::Level;
pub use parallel::MOST_THREADS;
pub use propose::propose;
pub use spelling::spelling_likeness;
pub use table::{Ids, LONGEST_VALUE, MOST_COLUMNS, MOST_ROWS, Misfits, Table, TableBuilder};

use block::Blocking;
use compare::Comparer;
use score::{Scored, Scorer, probability, weight};
use train::Model;

/// How to link.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Threads, at most [`MOST_THREADS`]. Never changes a result.
    pub threads: usize,
    /// Pairs below this probability are left out.
    pub min_probability: f64,
    /// Rows are joined into one cluster from this mean probability on.
    pub join_probability: f64,
}

impl Default for Options {
    fn default() -> Self {
        Options { threads: MOST_THREADS, min_probability: 0.01, join_probability: 0.5 }
    }
}

/// A pair of rows that may be one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// Row of the first list, or the lower row of one list.
    pub left: u32,
    /// The other row.
    pub right: u32,
    /// log₂ of the odds, the prior counted in.
    pub weight: f64,
    /// 0 to 1.
    pub probability: f64,
}

/// What a blocking rule brought together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleUse {
    /// As in the config.
    pub on: Vec<String>,
    /// Pairs under this rule.
    pub pairs: u64,
    /// Pairs of too large blocks that were not compared under this rule.
    pub left_out: u64,
}

/// What linking came to.
#[derive(Debug)]
pub struct Linked<'t> {
    /// By rows.
    pub pairs: Vec<Pair>,
    /// Rows of one person, two at least, by first row.
    pub clusters: Vec<Vec<u32>>,
    /// Blocking rules in their order.
    pub rules: Vec<RuleUse>,
    /// Pairs that were compared.
    pub compared: u64,
    table: &'t Table,
    comparer: Comparer<'t>,
    blocking: Blocking,
    model: Model,
    kin: Vec<kin::Class>,
}

/// Links the rows of a table.
pub fn link<'t>(table: &'t Table, config: &Config, options: Options) -> Result<Linked<'t>, ConfigError> {
    let threads = options.threads;
    let comparer = Comparer::new(table, config, threads)?;
    let blocking = Blocking::new(table, config, threads)?;
    let model = train::train(&comparer, &blocking, threads);
    let kin = kin::classes(&comparer, &blocking, &model, threads);
    let scorer = Scorer::new(&comparer, &model, &kin);
    let joins = weight(options.join_probability.clamp(1e-6, 1.0 - 1e-6)) as f32;
    let least = weight(options.min_probability.clamp(1e-9, 1.0 - 1e-9)) as f32;
    let (scored, compared) = scorer.all(&blocking, least.min(joins), threads);
    let clusters = match (table.second_from(), config.lists) {
        (Some(_), Lists::OneToOne) => cluster::one_to_one(&scored, joins, table.rows()),
        _ => cluster::clusters(&scorer, &scored, joins, threads),
    };
    let pair = |s: &Scored| {
        let weight = f64::from(s.weight);
        Pair { left: s.a, right: s.b, weight, probability: probability(weight) }
    };
    let pairs = scored.iter().filter(|s| s.weight >= least).map(pair).collect();
    let used = |(rule, blocks): (&Rule, &block::Blocks)| RuleUse {
        on: rule.on.clone(),
        pairs: blocks.pairs,
        left_out: blocks.left_out,
    };
    let rules = config.block.iter().zip(&blocking.rules).map(used).collect();
    Ok(Linked { pairs, clusters, rules, compared, table, comparer, blocking, model, kin })
}

impl Linked<'_> {
    /// Does any blocking rule bring two rows together?
    pub fn is_compared(&self, a: u32, b: u32) -> bool {
        self.blocking.brings_any(a, b)
    }
}
