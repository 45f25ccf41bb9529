//! How lines, their reasons and their flags are said, and their JSON. Lines are counted from 1 for people.

use serde_json::{Value, json};
use witnessmark_model::{ClaimRef, ItemId};

use super::graph::Circle;
use super::lines::{Flag, Line, Lines, WhyOne};
use crate::say::{self, ltr};

impl Lines {
    /// `{"lines":[…],"between":[{"a","b","value","words"}],"circles":[…],"withdrawn":[claim]}`; see [`Line::to_json`].
    pub fn to_json(&self, language: &str) -> Value {
        let between: Vec<Value> = self
            .between
            .iter()
            .map(|(a, b, i)| json!({"a": a, "b": b, "value": i.as_str(), "words": i.words(language)}))
            .collect();
        json!({
            "lines": self.lines.iter().map(|l| l.to_json(language)).collect::<Vec<_>>(),
            "between": between,
            "circles": self.circles.iter().map(Circle::to_json).collect::<Vec<_>>(),
            "withdrawn": self.withdrawn.iter().map(ClaimRef::to_string).collect::<Vec<_>>(),
        })
    }
}

impl Line {
    /// `{"origin","name","claims","told","items","perceiving","first_hand","relies_on","why":[text],"flags":[text]}`.
    pub fn to_json(&self, language: &str) -> Value {
        let keys = |list: &[ClaimRef]| list.iter().map(ClaimRef::to_string).collect::<Vec<_>>();
        let mut value = json!({
            "origin": self.origin.to_string(), "name": self.name, "claims": keys(&self.claims), "told": keys(&self.told),
            "items": self.items.iter().map(ItemId::to_string).collect::<Vec<_>>(),
            "perceiving": self.perceiving.as_str(), "relies_on": self.relies_on,
            "why": self.why.iter().map(|w| w.words(language)).collect::<Vec<_>>(),
            "flags": self.flags.iter().map(|f| f.words(language)).collect::<Vec<_>>(),
        });
        if let Some(first_hand) = self.first_hand {
            value["first_hand"] = first_hand.into();
        }
        value
    }
}

impl WhyOne {
    /// In words.
    pub fn words(&self, language: &str) -> String {
        let short = |i: &ItemId| ltr(i.short());
        match self {
            WhyOne::SameVoice { name, items } => say::pick(
                language,
                format!("{items} items give the word of {name}"),
                format!("{} مواد تنقل قول {}", ltr(items), say::name(name)),
            ),
            WhyOne::Copies { items: (a, b), distance } => say::pick(
                language,
                format!("{} and {} are copies of one picture ({distance} of 256 bits differ)", a.short(), b.short()),
                format!("{} و{} نسختان من صورة واحدة (تختلف {} بت من {})", short(a), short(b), ltr(distance), ltr(256)),
            ),
            WhyOne::Words { items: (a, b), words } => say::pick(
                language,
                format!("{} and {} share {words} words", a.short(), b.short()),
                format!("{} و{} تشتركان في {} كلمة", short(a), short(b), ltr(words)),
            ),
            WhyOne::Republished { item, of } => say::pick(
                language,
                format!("{} republishes {}", item.short(), of.short()),
                format!("{} إعادة نشر لـ{}", short(item), short(of)),
            ),
            WhyOne::Stated { kind, items: (a, b), basis } => {
                let (en, ar) = kind.labels();
                say::pick(
                    language,
                    format!("{} {en} {}, stated by a person: {basis}", a.short(), b.short()),
                    format!("{} {ar} {}، كما ذكره شخص: {}", short(a), short(b), say::name(basis)),
                )
            }
            WhyOne::Circular { names } => {
                let names = say::list(language, names);
                say::pick(
                    language,
                    format!("{names} name each other as their source, and nobody outside"),
                    format!("{names} يحيل بعضهم إلى بعض ولا أحد سواهم"),
                )
            }
        }
    }
}

impl Flag {
    /// In words; lines are counted from 1 for people.
    pub fn words(&self, language: &str) -> String {
        let line = |n: &usize| ltr(n + 1);
        match self {
            Flag::PresentTogether(n) => say::pick(
                language,
                format!("perceived side by side with line {}", n + 1),
                format!("أُدرك جنباً إلى جنب مع الأصل {}", line(n)),
            ),
            Flag::SameOwner(n) => say::pick(
                language,
                format!("one owner or channel with line {}", n + 1),
                format!("مالك أو قناة واحدة مع الأصل {}", line(n)),
            ),
            Flag::SameInterpreter(n) => say::pick(
                language,
                format!("one interpreter with line {}", n + 1),
                format!("مترجم واحد مع الأصل {}", line(n)),
            ),
            Flag::Endorsement(name) => say::pick(
                language,
                format!("repeated or endorsed by {name}, which adds no line"),
                format!("كرره أو أيده {}، ولا يضيف ذلك أصلاً مستقلاً", say::name(name)),
            ),
            Flag::CircularCitation => say::pick(
                language,
                "circular citation: no origin outside the circle was found",
                "إحالة دائرية: لم يُعثر على أصل خارج الدائرة",
            ),
            Flag::NoAttributableSource => say::pick(language, "no source is named", "لا مصدر مسمّى"),
            Flag::NotCompared => say::pick(
                language,
                "could not be compared with other material for reuse",
                "تعذرت مقارنته بمواد أخرى لكشف التكرار",
            ),
        }
    }
}
