//! Words of an English text with their parts of speech, guessed from closed classes, a list of verbs, endings and
//! neighbours.
//!
//! Deliberately no statistics: a wrong guess can be traced to one rule. Works on text without capitals, less well.

use std::{borrow::Cow, ops::Range};

use super::lexicon::{Cat, LEXICON, Lexicon, Phrase, Pos, form, singular};

/// Words of a sentence; a longer one (a table, a hostile text) is cut, so that time stays in step with length.
const MAX_SENTENCE: usize = 250;

/// A word, number, mark or quotation mark.
#[derive(Debug, Clone)]
pub struct Token<'a> {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// Lower case, straight apostrophes.
    pub low: Cow<'a, str>,
    /// Singular of `low`.
    pub base: Cow<'a, str>,
    /// Starts with a capital.
    pub capital: bool,
    /// Has two capitals or more, and no small letter.
    pub shout: bool,
    /// Part of speech.
    pub pos: Pos,
    /// Verb reading: lemma and form bits, whatever `pos` says.
    pub verb: Option<(u16, u8)>,
    /// Sentence it stands in.
    pub sent: usize,
    /// Stands between quotation marks.
    pub quoted: bool,
}

impl Token<'_> {
    /// Is it this lower-case word?
    pub fn is(&self, word: &str) -> bool {
        self.low == word
    }

    /// Is it one of these lower-case words?
    pub fn any(&self, words: &[&str]) -> bool {
        words.contains(&&*self.low)
    }

    /// The verb's lemma when it is read as a verb.
    pub fn lemma(&self) -> &'static str {
        match (self.pos, self.verb) {
            (Pos::Verb, Some((id, _))) => LEXICON.lemma(id),
            _ => "",
        }
    }

    /// The verb's lemma, whatever the part of speech.
    pub fn any_lemma(&self) -> &'static str {
        self.verb.map(|(id, _)| LEXICON.lemma(id)).unwrap_or_default()
    }

    /// Has the verb reading one of these forms?
    pub fn form(&self, bits: u8) -> bool {
        self.verb.is_some_and(|(_, b)| b & bits != 0)
    }

    /// Can it stand inside a noun phrase?
    pub fn nominal(&self) -> bool {
        matches!(self.pos, Pos::Noun | Pos::Propn | Pos::Num)
    }
}

/// A passage between quotation marks.
#[derive(Debug, Clone)]
pub struct Quoted {
    /// Bytes, marks included.
    pub range: Range<usize>,
    /// Tokens between the marks.
    pub tokens: Range<usize>,
    /// The closing mark is there.
    pub closed: bool,
}

/// A phrase of the lexicon found in the text.
#[derive(Debug, Clone, Copy)]
pub struct Hit {
    /// First token.
    pub start: usize,
    /// One past the last token.
    pub end: usize,
    /// The phrase.
    pub phrase: &'static Phrase,
}

/// A text in tokens.
#[derive(Debug)]
pub struct Tokens<'a> {
    /// The text.
    pub text: &'a str,
    /// Its tokens.
    pub list: Vec<Token<'a>>,
    /// Token ranges of the sentences.
    pub sentences: Vec<Range<usize>>,
    /// Passages in quotation marks, in order.
    pub quotes: Vec<Quoted>,
    /// Phrases of the lexicon, by start.
    pub hits: Vec<Hit>,
    /// The text has capitals and small letters.
    pub cased: bool,
    /// Sentences whose words nearly all begin with a capital: headlines.
    headline: Vec<bool>,
}

impl<'a> Tokens<'a> {
    /// Splits and tags `text`, given the byte ranges of its sentences.
    pub fn new(text: &'a str, sentences: &[Range<usize>]) -> Self {
        let mut tokens = Tokens {
            text,
            list: Vec::with_capacity(text.len() / 5),
            sentences: Vec::with_capacity(sentences.len()),
            quotes: Vec::new(),
            hits: Vec::new(),
            cased: text.chars().any(char::is_uppercase) && text.chars().any(char::is_lowercase),
            headline: Vec::new(),
        };
        for range in sentences {
            let mut from = tokens.list.len();
            split(text, range.clone(), tokens.sentences.len(), &mut tokens.list);
            while from < tokens.list.len() {
                let to = tokens.list.len().min(from + MAX_SENTENCE);
                tokens.add_sentence(from..to);
                from = to;
            }
        }
        tokens.find_quotes();
        tokens.find_hits();
        for sent in 0..tokens.sentences.len() {
            tokens.tag(tokens.sentences[sent].clone());
        }
        tokens
    }

    fn add_sentence(&mut self, toks: Range<usize>) {
        let number = self.sentences.len();
        for token in &mut self.list[toks.clone()] {
            token.sent = number;
        }
        let long = || self.list[toks.clone()].iter().filter(|t| t.low.len() > 3 && t.pos == Pos::Noun);
        let capitals = long().filter(|t| t.capital).count();
        let headline = long().count() > 3 && capitals * 10 >= long().count() * 8;
        self.headline.push(headline);
        self.sentences.push(toks);
    }

    /// Bytes under a range of tokens.
    pub fn bytes(&self, tokens: &Range<usize>) -> Range<usize> {
        if tokens.is_empty() || tokens.end > self.list.len() {
            return 0..0;
        }
        self.list[tokens.start].range.start..self.list[tokens.end - 1].range.end
    }

    /// The words under a range of tokens.
    pub fn words(&self, tokens: &Range<usize>) -> &'a str {
        self.text.get(self.bytes(tokens)).unwrap_or_default()
    }

    /// The token, or a stop beyond the end.
    pub fn get(&self, at: usize) -> Option<&Token<'a>> {
        self.list.get(at)
    }

    /// Is the token at `at` this word?
    pub fn is(&self, at: usize, word: &str) -> bool {
        self.list.get(at).is_some_and(|t| t.is(word))
    }

    /// Phrases of a category that lie inside a range of tokens.
    pub fn hits_in(&self, tokens: &Range<usize>, cat: Cat) -> impl Iterator<Item = &Hit> {
        let from = self.hits.partition_point(|hit| hit.start < tokens.start);
        let end = tokens.end;
        self.hits[from..]
            .iter()
            .take_while(move |hit| hit.start < end)
            .filter(move |hit| hit.end <= end && hit.phrase.cat == cat)
    }

    /// Token that starts at or after byte `at`.
    pub fn at_byte(&self, at: usize) -> usize {
        self.list.partition_point(|token| token.range.start < at)
    }

    fn find_quotes(&mut self) {
        let mut open: Option<usize> = None;
        let mut single: Option<usize> = None;
        let mut last_end = 0;
        for at in 0..self.list.len() {
            let range = self.list[at].range.clone();
            // An unclosed quotation ends with its paragraph.
            if let Some(from) = open
                && self.text[last_end..range.start].contains('\n')
            {
                self.add_quote(from, at, false);
                open = None;
            }
            last_end = range.end;
            let mark = self.text[range.clone()].chars().next().unwrap_or(' ');
            // “like this,“ with the opening mark at both ends.
            let before = self.text[..range.start].chars().next_back().unwrap_or(' ');
            let after = self.text[range.end..].chars().next().unwrap_or(' ');
            let mark = match mark {
                '“' if open.is_some() && !before.is_whitespace() && after.is_whitespace() => '”',
                '\'' | '`' if self.list[at].pos == Pos::Quote => '"',
                other => other,
            };
            match mark {
                '“' | '«' | '„' => {
                    if let Some(from) = open {
                        self.add_quote(from, at, false);
                    }
                    open = Some(at);
                }
                '”' | '»' => {
                    if let Some(from) = open.take() {
                        self.add_quote(from, at + 1, true);
                    }
                }
                '"' => match open.take() {
                    Some(from) => self.add_quote(from, at + 1, true),
                    None => open = Some(at),
                },
                '‘' if self.list[at].pos == Pos::Quote => single = Some(at),
                '’' if self.list[at].pos == Pos::Quote => {
                    if let Some(from) = single.take()
                        && at - from < 60
                        && open.is_none()
                    {
                        self.add_quote(from, at + 1, true);
                    }
                }
                _ => {}
            }
        }
        if let Some(from) = open {
            self.add_quote(from, self.list.len(), false);
        }
        self.quotes.sort_by_key(|quote| quote.range.start);
    }

    fn add_quote(&mut self, from: usize, to: usize, closed: bool) {
        let inner = from + 1..if closed { to - 1 } else { to };
        if inner.is_empty() {
            return;
        }
        for token in &mut self.list[inner.clone()] {
            token.quoted = true;
        }
        let range = self.bytes(&(from..to));
        self.quotes.push(Quoted { range, tokens: inner, closed });
    }

    fn find_hits(&mut self) {
        let lexicon: &'static Lexicon = &LEXICON;
        for at in 0..self.list.len() {
            let Some(phrases) = lexicon.phrases.get(&*self.list[at].base) else { continue };
            let mut found: [Option<usize>; 10] = [None; 10];
            for phrase in phrases {
                let end = at + phrase.words.len();
                let slot = &mut found[phrase.cat as usize];
                // The longest of each category wins; of equal ones all stay out but the first.
                if slot.is_some() || end > self.list.len() || self.list[end - 1].sent != self.list[at].sent {
                    continue;
                }
                if phrase.words.iter().zip(&self.list[at..end]).all(|(word, token)| **word == *token.base) {
                    *slot = Some(end);
                    self.hits.push(Hit { start: at, end, phrase });
                }
            }
        }
        let mut last: [usize; 10] = [0; 10];
        // Of overlapping hits of one category the first stays.
        self.hits.retain(|hit| {
            let end = &mut last[hit.phrase.cat as usize];
            let keep = hit.start >= *end;
            if keep {
                *end = hit.end;
            }
            keep
        });
    }

    fn tag(&mut self, sent: Range<usize>) {
        for at in sent.clone() {
            if matches!(self.list[at].pos, Pos::Punct | Pos::Quote | Pos::PosS | Pos::Num) {
                continue;
            }
            let pos = self.guess(at, &sent);
            self.list[at].pos = pos;
        }
    }

    fn guess(&mut self, at: usize, sent: &Range<usize>) -> Pos {
        let lexicon = &*LEXICON;
        let prev = (at > sent.start).then(|| self.list[at - 1].pos);
        let next_low = self.list.get(at + 1).filter(|_| at + 1 < sent.end).map(|t| t.low.clone()).unwrap_or_default();
        let next_low: &str = &next_low;
        let low = self.list[at].low.clone();
        let first = self.first_word(at, sent);
        let closed = lexicon.closed.get(&*low).copied();
        let forms = lexicon.verbs.get(&*low);
        if let Some(forms) = forms {
            self.list[at].verb = forms.first().copied();
        }
        let headline =
            self.headline[self.list[at].sent] && (forms.is_some() || closed.is_some() || self.known_common(at));
        let name_like = self.cased && self.list[at].capital && !first && !headline;
        if let Some(pos) = closed {
            // A closed word with a capital inside a sentence is a name only when it is an adjective or noun (“New York”).
            let open_class = matches!(pos, Pos::Adj);
            if !(name_like && open_class) {
                return self.closed_in_context(at, pos, prev, next_low, forms.is_some());
            }
        }
        if name_like && (low.len() > 1) {
            let after_subject = matches!(prev, Some(Pos::To));
            if !(after_subject && forms.is_some()) {
                return Pos::Propn;
            }
        }
        if let Some(forms) = forms {
            return self.verb_or_noun(at, forms, prev, next_low, sent);
        }
        if (first || self.headline[self.list[at].sent]) && self.cased && self.list[at].capital && !self.known_common(at)
        {
            return if low.ends_with("ly") { Pos::Adv } else { Pos::Propn };
        }
        self.by_ending(at, prev)
    }

    /// Is it the first word of its sentence or quotation?
    fn first_word(&self, at: usize, sent: &Range<usize>) -> bool {
        at == sent.start
            || (at > sent.start && matches!(self.list[at - 1].pos, Pos::Quote))
            || { self.list[sent.start..at].iter().all(|t| matches!(t.pos, Pos::Punct | Pos::Quote)) }
            || self.list[at - 1].any(&[":", "•", "-", "–", "—"])
    }

    fn known_common(&self, at: usize) -> bool {
        let base = &self.list[at].base;
        LEXICON.phrases.get(&**base).is_some_and(|p| p.iter().any(|p| p.words.len() == 1 && p.cat != Cat::OrgHead))
    }

    fn closed_in_context(&self, at: usize, pos: Pos, prev: Option<Pos>, next_low: &str, verb: bool) -> Pos {
        let low = &*self.list[at].low;
        match low {
            // “that” after a noun opens a clause, before one it points.
            "that" => match prev {
                Some(Pos::Verb | Pos::Noun | Pos::Propn | Pos::Adv | Pos::Time | Pos::Adj | Pos::Pron) => Pos::Sub,
                _ => Pos::Det,
            },
            "may" | "march" if self.list[at].capital && matches!(prev, Some(Pos::Num | Pos::Prep)) => Pos::Time,
            // “the Morning Post”: a paper, and no time of day.
            "morning" | "evening" | "sunday" | "saturday" | "monday" | "daily" | "weekly" | "weekend"
                if self.list[at].capital
                    && matches!(prev, Some(Pos::Det))
                    && self.list.get(at + 1).is_some_and(|next| next.capital && next.sent == self.list[at].sent) =>
            {
                Pos::Propn
            }
            "march" | "second" => Pos::Noun,
            "past" | "following" if matches!(prev, Some(Pos::Det | Pos::Poss)) => Pos::Adj,
            // “a police official.”: no noun follows, so it is one.
            "official" | "local" | "civilian" | "relative" | "individual" if !self.before_noun(at) => Pos::Noun,
            "once" if next_low == "again" => Pos::Adv,
            // “told her that”: nobody owns what is told.
            "her"
                if matches!(next_low, "that" | "how" | "why" | "he" | "she" | "they" | "it" | "about" | "," | ".") =>
            {
                Pos::Pron
            }
            "like" | "own" | "back" | "clear" | "open" | "level" | "free" | "secure" | "empty" | "correct"
            | "better"
                if verb && matches!(prev, Some(Pos::Pron | Pos::Modal | Pos::To)) =>
            {
                Pos::Verb
            }
            "so" if next_low == "that" => Pos::Sub,
            "following" if matches!(prev, Some(Pos::Det)) => Pos::Adj,
            "including" => Pos::Prep,
            "after" | "before" | "since" | "until" | "as" => Pos::Sub,
            "about" | "least" | "nearly" | "approximately" | "roughly" => pos,
            "wounded" | "injured" | "displaced" | "banned" | "armed" | "dead" | "detailed" | "alleged"
            | "suspected" | "occupied" | "liberated" | "besieged" | "continued" | "prohibited"
                if verb
                    && !matches!(prev, Some(Pos::Det | Pos::Poss | Pos::Adj | Pos::PosS))
                    && !(matches!(prev, Some(Pos::Adv | Pos::Prep | Pos::Verb) | None) && self.before_noun(at)) =>
            {
                Pos::Verb
            }
            _ => pos,
        }
    }

    fn verb_or_noun(
        &mut self,
        at: usize,
        forms: &[(u16, u8)],
        prev: Option<Pos>,
        next_low: &str,
        sent: &Range<usize>,
    ) -> Pos {
        let bits = forms.iter().fold(0, |all, (_, b)| all | b);
        let choose = |bits: u8| forms.iter().find(|(_, b)| b & bits != 0).copied();
        let next = self.peek(at + 1, sent);
        let nounish_before = matches!(prev, Some(Pos::Det | Pos::Poss | Pos::Adj | Pos::PosS));
        if bits & form::ING != 0 {
            self.list[at].verb = choose(form::ING);
            return match prev {
                Some(Pos::Aux) => Pos::Verb,
                Some(Pos::Propn) if at >= 2 && self.list[at - 2].any(&["with", "without", "of", "by"]) => Pos::Noun,
                Some(Pos::Det | Pos::Poss | Pos::PosS) => {
                    if next == Some(Pos::Noun) && !self.list[at + 1].any(&["of"]) { Pos::Adj } else { Pos::Noun }
                }
                Some(Pos::Adj) if !matches!(next, Some(Pos::Det | Pos::Poss | Pos::Propn)) => Pos::Noun,
                Some(Pos::Noun)
                    if matches!(next_low, "of" | "by" | "on" | "in" | "," | "." | "and" | "that")
                        && !self.plural(at - 1) =>
                {
                    Pos::Noun
                }
                _ if next_low == "of" => Pos::Noun,
                // “when shelling struck”: a finite verb follows, so this is its subject.
                Some(Pos::Sub | Pos::Punct | Pos::Adj) | None if self.finite_next(at + 1, sent) => Pos::Noun,
                _ => Pos::Verb,
            };
        }
        if bits & (form::PAST | form::PART) != 0 && bits & form::NOUN == 0 {
            self.list[at].verb = choose(form::PAST | form::PART);
            if nounish_before
                || (matches!(prev, Some(Pos::Prep | Pos::Conj | Pos::Num)) && matches!(next, Some(Pos::Noun)))
            {
                let before_noun = matches!(next, Some(Pos::Noun | Pos::Adj | Pos::Propn | Pos::Num));
                return if before_noun || prev == Some(Pos::Det) { Pos::Adj } else { Pos::Verb };
            }
            return Pos::Verb;
        }
        if bits & form::NOUN != 0 {
            // “3. Requests Member States to refrain”: what a resolution does opens its paragraph.
            let resolves = matches!(prev, None | Some(Pos::Punct))
                && matches!(&*self.list[at].low, "requests" | "demands" | "calls" | "appeals" | "orders")
                && matches!(next, Some(Pos::Det | Pos::Propn));
            if resolves && let Some(form) = choose(form::S) {
                self.list[at].verb = Some(form);
                return Pos::Verb;
            }
            self.list[at].verb = match prev {
                Some(Pos::Aux) => choose(form::PART).or(choose(bits)),
                Some(Pos::To | Pos::Modal) => choose(form::BASE).or(choose(bits)),
                _ => choose(form::PAST).or(choose(form::S)).or(choose(bits)),
            };
            let past = bits & (form::PAST | form::PART) != 0;
            return match prev {
                Some(Pos::Aux) if past => Pos::Verb,
                Some(Pos::To | Pos::Modal | Pos::Pron | Pos::Rel | Pos::Neg) => Pos::Verb,
                Some(Pos::Det | Pos::Poss | Pos::Adj | Pos::PosS | Pos::Prep | Pos::Num | Pos::Aux) => Pos::Noun,
                Some(Pos::Adv) if matches!(next, Some(Pos::Det | Pos::Poss | Pos::Propn | Pos::Pron)) => Pos::Verb,
                // “We once again appeal to all”.
                Some(Pos::Adv) if self.before_adverbs(at) == Some(Pos::Pron) => Pos::Verb,
                Some(Pos::Adv) => {
                    if next_low == "that" || next_low == "for" || next_low == "on" {
                        Pos::Verb
                    } else {
                        Pos::Noun
                    }
                }
                Some(Pos::Sub) if next_low == "that" => Pos::Verb,
                Some(Pos::Noun | Pos::Propn | Pos::Time | Pos::Verb | Pos::Conj) | None => {
                    self.noun_verb(at, past, next, next_low, prev)
                }
                _ => {
                    if matches!(next, Some(Pos::Det | Pos::Poss)) && next_low != "this" {
                        Pos::Verb
                    } else {
                        Pos::Noun
                    }
                }
            };
        }
        self.list[at].verb = choose(form::S).or(choose(form::BASE)).or(choose(bits));
        if matches!(prev, Some(Pos::Det | Pos::Poss | Pos::PosS)) && bits & (form::BASE | form::S) != 0 {
            return Pos::Noun;
        }
        Pos::Verb
    }

    /// What stands before the adverbs before a word.
    fn before_adverbs(&self, at: usize) -> Option<Pos> {
        let sent = self.list[at].sent;
        self.list[..at].iter().rev().take(4).take_while(|t| t.sent == sent).map(|t| t.pos).find(|pos| *pos != Pos::Adv)
    }

    /// A word that may be noun or verb, after a noun or at the start.
    fn noun_verb(&self, at: usize, past: bool, next: Option<Pos>, next_low: &str, prev: Option<Pos>) -> Pos {
        let takes_object = matches!(next, Some(Pos::Det | Pos::Poss | Pos::Propn | Pos::Pron)) || next_low == "that";
        let before_number = matches!(next, Some(Pos::Num | Pos::Adj | Pos::Noun));
        let agrees = match prev {
            Some(Pos::Noun) => self.plural(at - 1) != self.list[at].low.ends_with('s') || past,
            Some(Pos::Propn) => true,
            _ => false,
        };
        if prev == Some(Pos::Noun) && past && (takes_object || before_number || self.plural(at - 1)) {
            return Pos::Verb;
        }
        if agrees && takes_object {
            return Pos::Verb;
        }
        if agrees && before_number && self.plural(at - 1) {
            return Pos::Verb;
        }
        // “Residents report that”, “X calls for”, “President X calls on leaders”.
        if agrees
            && prev == Some(Pos::Propn)
            && matches!(next_low, "that" | "on" | "for" | "to")
            && self.list[at].low.ends_with('s')
        {
            let cue = LEXICON.cues.contains_key(self.list[at].any_lemma());
            return if cue { Pos::Verb } else { Pos::Noun };
        }
        let counted =
            next == Some(Pos::Num) && self.list[at].verb.is_some_and(|(_, b)| b & (form::S | form::PAST) != 0);
        if matches!(prev, Some(Pos::Conj)) && (takes_object || counted && self.list[at].low.ends_with('s')) {
            return Pos::Verb;
        }
        Pos::Noun
    }

    fn finite_next(&self, at: usize, sent: &Range<usize>) -> bool {
        at < sent.end
            && (matches!(self.peek(at, sent), Some(Pos::Aux | Pos::Modal))
                || LEXICON
                    .verbs
                    .get(&*self.list[at].low)
                    .is_some_and(|v| v.iter().any(|(_, b)| b & (form::PAST | form::S) != 0)))
    }

    /// Is the next word of the sentence a noun, as far as one can tell?
    fn before_noun(&self, at: usize) -> bool {
        let next = at + 1;
        let same = self.list.get(next).is_some_and(|t| t.sent == self.list[at].sent);
        same && self.peek(next, &(at..next + 1)) == Some(Pos::Noun)
    }

    fn plural(&self, at: usize) -> bool {
        let token = &self.list[at];
        token.low != token.base || token.any(&["people", "police", "troops", "forces"])
    }

    /// A rough part of speech of a word not yet tagged.
    fn peek(&self, at: usize, sent: &Range<usize>) -> Option<Pos> {
        if at >= sent.end {
            return None;
        }
        let token = &self.list[at];
        if matches!(token.pos, Pos::Punct | Pos::Quote | Pos::PosS | Pos::Num) {
            return Some(token.pos);
        }
        if let Some(pos) = LEXICON.closed.get(&*token.low) {
            return Some(*pos);
        }
        if self.cased && token.capital && !self.headline[token.sent] {
            return Some(Pos::Propn);
        }
        match LEXICON.verbs.get(&*token.low) {
            Some(forms) if forms.iter().any(|(_, b)| b & form::NOUN != 0) => Some(Pos::Noun),
            Some(_) => Some(Pos::Verb),
            None => Some(self.by_ending(at, None)),
        }
    }

    fn by_ending(&self, at: usize, prev: Option<Pos>) -> Pos {
        let low = &*self.list[at].low;
        let subject_before =
            matches!(prev, Some(Pos::Noun | Pos::Propn | Pos::Pron | Pos::Aux | Pos::Adv | Pos::Modal | Pos::Rel));
        let ends = |list: &[&str]| low.len() > 5 && list.iter().any(|end| low.ends_with(end));
        if low.len() > 4 && low.ends_with("ly") && !self.known_common(at) {
            return Pos::Adv;
        }
        if self.known_common(at) {
            return Pos::Noun;
        }
        if low.len() > 4 && low.ends_with("ed") {
            return if subject_before { Pos::Verb } else { Pos::Adj };
        }
        if low.len() > 5 && low.ends_with("ing") {
            return if subject_before || prev == Some(Pos::Punct) { Pos::Verb } else { Pos::Noun };
        }
        if LEXICON.countries.contains_key(low) && !self.cased {
            return Pos::Propn;
        }
        if ends(&["ous", "ful", "able", "ible", "ive", "ical", "less", "ary", "-led", "-held", "-backed"])
            || low.contains("-") && ends(&["ed", "old", "wide", "based"])
        {
            return Pos::Adj;
        }
        if ends(&["ional", "ental", "ral", "ian"]) && !self.list[at].capital {
            return Pos::Adj;
        }
        Pos::Noun
    }
}

/// Splits one sentence into tokens.
fn split<'a>(text: &'a str, range: Range<usize>, sent: usize, out: &mut Vec<Token<'a>>) {
    let slice = &text[range.clone()];
    let mut chars = slice.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let start = range.start + at;
        if c.is_whitespace() || c.is_control() {
            continue;
        }
        // Old wires write quotation marks as two apostrophes or two grave accents.
        if matches!(c, '\'' | '`') && slice[at + 1..].starts_with(c) {
            chars.next();
            push(text, start..start + 2, Pos::Quote, sent, out);
            continue;
        }
        if !c.is_alphanumeric() {
            let end = start + c.len_utf8();
            let before = text[..start].chars().next_back().unwrap_or(' ');
            let after = text[end..].chars().next().unwrap_or(' ');
            let pos = match c {
                '“' | '”' | '«' | '»' | '„' | '"' => Pos::Quote,
                '‘' if !before.is_alphanumeric() => Pos::Quote,
                '’' if !(after.is_alphanumeric() || before == 's' && after == ' ') => Pos::Quote,
                // “Allies’ crimes”: a possessive that looks like a closing mark.
                '’' | '\'' if before == 's' && after.is_whitespace() => Pos::PosS,
                _ => Pos::Punct,
            };
            push(text, start..end, pos, sent, out);
            continue;
        }
        let number = c.is_ascii_digit();
        let mut end = start + c.len_utf8();
        while let Some(&(next_at, next)) = chars.peek() {
            let after = slice[next_at + next.len_utf8()..].chars().next().unwrap_or(' ');
            let joins = match next {
                _ if next.is_alphanumeric() || next == '\u{0301}' => true,
                '\'' | '’' | 'ʼ' | '`' => after.is_alphanumeric(),
                '-' | '‑' | '_' | '&' => after.is_alphanumeric(),
                '.' | ',' if number => after.is_ascii_digit(),
                '.' => abbreviation(&text[start..end], after),
                '/' => false,
                _ => false,
            };
            if !joins {
                break;
            }
            end = range.start + next_at + next.len_utf8();
            chars.next();
        }
        push_word(text, start..end, number, sent, out);
    }
}

/// Does a full stop after `word` belong to it (“U.S.”, “Dr.”)?
fn abbreviation(word: &str, after: char) -> bool {
    const SHORT: &[&str] = &[
        "dr", "mr", "mrs", "ms", "st", "gen", "col", "lt", "sgt", "maj", "gov", "sen", "rep", "prof", "jr", "sr", "no",
        "capt", "u.s", "u.n", "u.k",
    ];
    let letters = word.chars().count();
    let dotted = word.contains('.') || letters == 1;
    let single = dotted
        && (after.is_alphanumeric() || word.contains('.'))
        && word.chars().all(|c| c.is_uppercase() || c == '.' || after.is_lowercase());
    single
        // “u.s. embassy” of old wires: without its full stop the phrase falls in two.
        || (after == ' ' && matches!(word, "u.s" | "u.n" | "u.k"))
        || (after == ' ' && SHORT.contains(&word.to_ascii_lowercase().as_str()) && word.starts_with(char::is_uppercase))
}

fn push_word<'a>(text: &'a str, range: Range<usize>, number: bool, sent: usize, out: &mut Vec<Token<'a>>) {
    let word = &text[range.clone()];
    let tail = word.char_indices().rev().find(|(_, c)| matches!(c, '\'' | '’' | 'ʼ'));
    if let Some((at, _)) = tail
        && at > 0
    {
        let suffix = word[at..].to_lowercase().replace(['’', 'ʼ'], "'");
        if matches!(suffix.as_str(), "'s" | "'ve" | "'re" | "'ll" | "'d" | "'m") {
            let before = word[..at].to_lowercase();
            push(text, range.start..range.start + at, if number { Pos::Num } else { Pos::Noun }, sent, out);
            let contracted = suffix != "'s"
                || matches!(before.as_str(), "it" | "he" | "she" | "that" | "there" | "what" | "who" | "let" | "here");
            push(text, range.start + at..range.end, if contracted { Pos::Noun } else { Pos::PosS }, sent, out);
            return;
        }
    }
    push(text, range, if number { Pos::Num } else { Pos::Noun }, sent, out);
}

fn push<'a>(text: &'a str, range: Range<usize>, pos: Pos, sent: usize, out: &mut Vec<Token<'a>>) {
    let word = &text[range.clone()];
    let plain = word.chars().all(|c| !c.is_uppercase() && c != '’' && c != 'ʼ');
    let low: Cow<'a, str> =
        if plain { Cow::Borrowed(word) } else { Cow::Owned(word.to_lowercase().replace(['’', 'ʼ'], "'")) };
    let base = match (&low, singular(&low)) {
        (Cow::Borrowed(low), _) => singular(low),
        (Cow::Owned(_), one) => Cow::Owned(one.into_owned()),
    };
    let capital = word.starts_with(char::is_uppercase);
    let shout = word.chars().filter(|c| c.is_uppercase()).count() > 1 && !word.chars().any(char::is_lowercase);
    out.push(Token { range, low, base, capital, shout, pos, verb: None, sent, quoted: false });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(text: &str) -> Vec<(String, Pos)> {
        Tokens::new(text, &crate::text::sentences(text)).list.iter().map(|t| (t.low.to_string(), t.pos)).collect()
    }

    #[test]
    fn a_report_is_a_noun_and_to_report_a_verb() {
        let t = tags("The group issued a report and residents report that jets hit the town.");
        let at = |w: &str, n: usize| t.iter().filter(|(x, _)| x == w).nth(n).map(|(_, p)| *p);
        assert_eq!(at("report", 0), Some(Pos::Noun));
        assert_eq!(at("report", 1), Some(Pos::Verb));
        assert_eq!(at("hit", 0), Some(Pos::Verb));
    }

    #[test]
    fn possessives_and_abbreviations_are_split_right() {
        let t = tags("The U.S. envoy’s aide met Dr. Hale.");
        let words: Vec<&str> = t.iter().map(|(w, _)| w.as_str()).collect();
        assert_eq!(words, ["the", "u.s.", "envoy", "'s", "aide", "met", "dr.", "hale", "."]);
    }
}
