//! Learns the tagger: a linear-chain conditional random field by AdaGrad, weights drawn to zero after each pass.

use witnessmark_analyze::extract::incidents::{OUTSIDE, TAGS, marginals};

/// Words of a sentence by their features (none: surely outside), and the tag of each.
pub struct Sentence {
    pub words: Vec<Option<Vec<u32>>>,
    pub tags: Vec<u8>,
}

/// Weights of every feature, and log weights of what follows what.
pub struct Field {
    pub weights: Vec<[f32; TAGS]>,
    pub steps: [[f32; TAGS]; TAGS],
}

pub struct Settings {
    pub passes: usize,
    pub rate: f32,
    pub penalty: f32,
}

/// A gradient smaller than this moves nothing.
const LEAST: f32 = 5e-3;

pub fn learn(sentences: &[&Sentence], features: usize, settings: &Settings) -> Field {
    let mut field = Field { weights: vec![[0.0; TAGS]; features], steps: [[0.0; TAGS]; TAGS] };
    let mut squares = vec![[1e-3f32; TAGS]; features];
    let mut step_squares = [[1e-2f32; TAGS]; TAGS];
    let mut order: Vec<u32> = (0..sentences.len() as u32).collect();
    let mut state = 0x2545_f491_4f6c_dd1du64;
    for _ in 0..settings.passes {
        super::shuffle(&mut order, &mut state);
        for at in &order {
            let sentence = sentences[*at as usize];
            let scores: Vec<[f32; TAGS]> = sentence.words.iter().map(|word| field.score(word.as_deref())).collect();
            let steps = field.steps.map(|row| row.map(f32::exp));
            let chances = marginals(&scores, &steps);
            for ((word, chance), tag) in sentence.words.iter().zip(&chances).zip(&sentence.tags) {
                let gradient: [f32; TAGS] =
                    std::array::from_fn(|other| chance[other] - f32::from(u8::from(other == usize::from(*tag))));
                if gradient.iter().all(|value| value.abs() < LEAST) {
                    continue;
                }
                for feature in word.iter().flatten() {
                    let (weights, squares) = (&mut field.weights[*feature as usize], &mut squares[*feature as usize]);
                    for ((weight, square), gradient) in weights.iter_mut().zip(squares).zip(gradient) {
                        *square += gradient * gradient;
                        *weight -= settings.rate * gradient / square.sqrt();
                    }
                }
            }
            // What follows what, as if neighbours were independent given the chances: near enough for a dense table of 121.
            for (at, pair) in chances.windows(2).enumerate() {
                let tags = [usize::from(sentence.tags[at]), usize::from(sentence.tags[at + 1])];
                if pair.iter().all(|row| row[0] > 0.99) && tags == [0, 0] {
                    continue;
                }
                let mut joint = [[0.0f32; TAGS]; TAGS];
                let mut all = 0.0;
                for a in 0..TAGS {
                    for b in 0..TAGS {
                        joint[a][b] = pair[0][a] * steps[a][b] * pair[1][b];
                        all += joint[a][b];
                    }
                }
                for a in 0..TAGS {
                    for b in 0..TAGS {
                        let gradient = joint[a][b] / all.max(f32::MIN_POSITIVE) - f32::from(u8::from([a, b] == tags));
                        step_squares[a][b] += gradient * gradient;
                        field.steps[a][b] -= 0.02 * gradient / step_squares[a][b].sqrt();
                    }
                }
            }
        }
        for weight in field.weights.iter_mut().flatten() {
            *weight = weight.signum() * (weight.abs() - settings.penalty).max(0.0);
        }
    }
    field
}

impl Field {
    pub fn score(&self, word: Option<&[u32]>) -> [f32; TAGS] {
        let Some(word) = word else { return OUTSIDE };
        let mut sums = [0.0; TAGS];
        for feature in word {
            for (sum, weight) in sums.iter_mut().zip(&self.weights[*feature as usize]) {
                *sum += weight;
            }
        }
        sums
    }
}
