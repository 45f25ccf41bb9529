//! Why a pair has its probability: a waterfall of weights that sum to the pair's, and what was learnt about each level.

use super::compare::{NOT_STATED, OTHER, Tools};
use super::score::Scorer;
use super::{Linked, Pair};

/// One step of a waterfall, in bits: for, or below nought against.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Column, or `*` for what is of no column.
    pub field: String,
    /// The level that held; `other`, `not_stated`; of no column: `prior`.
    pub level: String,
    /// log₂ of how much likelier this is of one person than of two.
    pub weight: f64,
    /// What the left row says; empty = not stated, or of no column.
    pub left: String,
    /// What the right row says.
    pub right: String,
}

/// What was learnt about a level.
#[derive(Debug, Clone, PartialEq)]
pub struct Learnt {
    /// Column.
    pub field: String,
    /// As in the config, or `other`.
    pub level: String,
    /// Probability among rows of one person that both state the field.
    pub m: f64,
    /// Probability among rows of two.
    pub u: f64,
    /// log₂ of m ÷ u.
    pub weight: f64,
    /// How many blocking rules taught it; 0 = it is a guess.
    pub taught: usize,
}

impl Linked<'_> {
    /// The probability that two random rows are of one person.
    pub fn prior(&self) -> f64 {
        self.model.prior
    }

    /// The steps that a pair's weight is the sum of.
    pub fn waterfall(&self, pair: &Pair) -> Vec<Step> {
        let scorer = Scorer::new(&self.comparer, &self.model, &self.kin);
        self.explainer_steps(&scorer, pair)
    }

    /// The steps of many pairs, made ready once.
    pub fn waterfalls<'a>(&'a self, pairs: &'a [Pair]) -> impl Iterator<Item = (&'a Pair, Vec<Step>)> {
        let scorer = Scorer::new(&self.comparer, &self.model, &self.kin);
        pairs.iter().map(move |pair| (pair, self.explainer_steps(&scorer, pair)))
    }

    fn explainer_steps(&self, scorer: &Scorer<'_, '_>, pair: &Pair) -> Vec<Step> {
        let pattern = self.comparer.compare(pair.left, pair.right, &mut Tools::new());
        let plain = |level: &str, weight: f64| Step {
            field: "*".into(),
            level: level.into(),
            weight,
            left: String::new(),
            right: String::new(),
        };
        let mut steps = vec![plain("prior", f64::from(scorer.prior))];
        for (f, field) in self.comparer.fields.iter().enumerate() {
            let level = pattern.get(f);
            let weight = scorer.weights[f][usize::from(level)] + scorer.rarity(f, level, pair.left);
            let value = |row: u32| self.table.value(row as usize, field.column).to_owned();
            let level = match level {
                NOT_STATED => "not_stated".to_owned(),
                OTHER => "other".to_owned(),
                n => field.level(n).map(|l| l.to_string()).unwrap_or_default(),
            };
            let (left, right) = (value(pair.left), value(pair.right));
            steps.push(Step { field: field.field.column.clone(), level, weight: f64::from(weight), left, right });
        }
        let sum: f64 = steps.iter().map(|s| s.weight).sum();
        steps.push(plain("kinship", pair.weight - sum));
        steps
    }

    /// What was learnt, field by field, the best level first.
    pub fn learnt(&self) -> Vec<Learnt> {
        let mut out = Vec::new();
        for (f, field) in self.comparer.fields.iter().enumerate() {
            for number in (1..field.count() as u8).rev() {
                let level = field.level(number).map_or_else(|| "other".to_owned(), |l| l.to_string());
                let at = usize::from(number);
                out.push(Learnt {
                    field: field.field.column.clone(),
                    level,
                    m: self.model.m[f][at],
                    u: self.model.u[f][at],
                    weight: self.model.weight(f, number),
                    taught: self.model.taught[f],
                });
            }
        }
        out
    }
}
