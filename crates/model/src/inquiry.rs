//! Records of an investigation beside its claims: questions and rival explanations with what speaks for and against them,
//! searches and what they did not find, propositions put to the test, what a legal qualification would need, edges of origin
//! that somebody disputes, rules that the archive goes by, and samples that two people code without seeing each other's answers.
//!
//! Deliberately without a verdict: a question is settled by a person with a reason, a proposition is held to evidence, and no
//! record here says that a thing is true or that a law was broken. No party to any war is named here.

use serde_json::Value;

use crate::Field;
use crate::ids::{ClaimRef, Digest, EntryRef, ItemId, MemberKey, SubjectId};
use crate::record::{record, words};
use crate::vocabulary::{Element, Standard};

words! {
    /// What sort of question it is.
    QuestionForm {
        /// Something that nobody knows yet.
        Open = "open",
        /// Another explanation of the same happening: “ground munition, not air strike”.
        Rival = "rival",
    }
}

words! {
    /// Which way something bears on a question, a rival explanation or a point of a check list.
    Bearing {
        /// Speaks for it.
        For = "for",
        /// Speaks against it.
        Against = "against",
        /// Leaves it open: looked at, and cannot tell.
        Unknown = "unknown",
    }
}

words! {
    /// What became of a question.
    Outcome {
        /// Answered, as the reason says.
        Answered = "answered",
        /// Of a rival explanation: what is at hand speaks against it, as the reason says.
        RuledOut = "ruled_out",
        /// Of a rival explanation: it cannot be ruled out, and stands beside the other.
        Stands = "stands",
        /// Nothing that can be had would answer it.
        CannotBeTold = "cannot_be_told",
    }
}

words! {
    /// What a search came to. *Not found* is a finding of its own, and says nothing beyond where was looked.
    SearchOutcome {
        /// What was looked for was found.
        Found = "found",
        /// Some of it.
        Partly = "partly",
        /// It was looked for and not found.
        NotFound = "not_found",
        /// The place to look in could not be reached: closed, removed, refused.
        NotReached = "not_reached",
    }
}

words! {
    /// How a proposition stands to the evidence at hand.
    TestOutcome {
        /// The evidence is as it would be if it were so; that does not show that it is.
        Consistent = "consistent",
        /// Evidence that was named speaks against it.
        Contradicted = "contradicted",
        /// Nothing at hand bears it out.
        Unsupported = "unsupported",
    }
}

words! {
    /// Rules that an archive goes by.
    Rules {
        /// What each support level needs.
        Policy = "policy",
        /// Which party was bound by which treaty, when.
        Treaties = "treaties",
    }
}

record! {
    /// An open question or a rival explanation of an incident.
    Questioned {
        incident: EntryRef,
        form: QuestionForm,
        /// Elements that it bears on.
        elements: Vec<Element>,
        text: Field<String>,
        /// What would decide it.
        decides: Field<Option<String>>,
        supersedes: Vec<EntryRef>,
    }
}

record! {
    /// Something at hand speaks for a rival explanation, or against it, or bears on a question.
    Argued {
        question: EntryRef,
        incident: EntryRef,
        bearing: Bearing,
        claims: Vec<ClaimRef>,
        items: Vec<ItemId>,
        subject: Option<SubjectId>,
        reason: Field<String>,
        supersedes: Vec<EntryRef>,
    }
}

record! {
    /// A person says what became of a question, and why.
    Settled {
        question: EntryRef,
        incident: EntryRef,
        outcome: Outcome,
        /// What was on the screen.
        shown: Option<Digest>,
        reason: Field<String>,
        supersedes: Vec<EntryRef>,
    }
}

record! {
    /// Somebody looked somewhere for something.
    Searched {
        incident: Option<EntryRef>,
        question: Option<EntryRef>,
        /// Where was looked: an archive, a channel, a map, a morgue's list.
        place: Field<String> as "where",
        /// For what: words, places, days.
        terms: Field<Vec<String>>,
        /// First and last day of looking.
        first_day: String,
        last_day: String,
        /// Who looked, where it was not the signer.
        by: Field<Option<String>>,
        outcome: SearchOutcome,
        /// What was found.
        items: Vec<ItemId>,
        subject: Option<SubjectId>,
        note: Field<Option<String>>,
        supersedes: Vec<EntryRef>,
    }
}

record! {
    /// A person held a proposition, of a denial or of an accusation, to the evidence.
    Tested {
        incident: EntryRef,
        /// The claim that makes the proposition.
        claim: ClaimRef,
        /// Which of the claim's propositions, as `weigh` names them.
        proposition: String,
        outcome: TestOutcome,
        relies_on: Vec<ClaimRef>,
        subject: Option<SubjectId>,
        shown: Option<Digest>,
        reason: Field<String>,
        supersedes: Vec<EntryRef>,
    }
}

record! {
    /// A person holds one point of a legal check list to the evidence. Never a verdict, and no point stands for another.
    Qualified {
        incident: EntryRef,
        /// Which check list, and which version of it.
        qualification: String,
        /// Which point of it.
        point: String,
        bearing: Bearing,
        claims: Vec<ClaimRef>,
        /// Searches that a “none” rests on.
        searches: Vec<EntryRef>,
        standard: Option<Standard>,
        subject: Option<SubjectId>,
        shown: Option<Digest>,
        reason: Field<String>,
        supersedes: Vec<EntryRef>,
    }
}

record! {
    /// A person disputes that one thing comes from another, as the graph of origins has it. Disputing never makes two lines
    /// independent: it takes the edge out, and what is left is at most apparently separate.
    Disputed {
        /// Nodes and kind of the edge, as `weigh` spells them.
        from: Field<String>,
        to: Field<String>,
        edge: String,
        /// Where it was looked at.
        incident: Option<EntryRef>,
        subject: Option<SubjectId>,
        reason: Field<String>,
        supersedes: Vec<EntryRef>,
    }
}

record! {
    /// Rules that the archive goes by from here on, word for word: what was decided under them names their digest.
    Adopted {
        rules: Rules,
        /// Name and version, as in the text.
        name: String,
        /// SHA-256 of the text.
        digest: Digest,
        /// The file, word for word.
        text: String,
        reason: Field<String>,
        supersedes: Vec<EntryRef>,
    }
}

record! {
    /// A sample drawn for double coding: anyone with the same population and seed draws the same.
    Sampled {
        title: Field<String>,
        /// What was drawn from: how many, and SHA-256 of all its ids in order, one a line.
        population: String,
        of: u64,
        population_digest: Digest,
        seed: String,
        units: Vec<ClaimRef>,
        /// `[{"name","scale","values"}]`.
        variables: Value,
        coders: Vec<MemberKey>,
        reason: Field<Option<String>>,
        supersedes: Vec<EntryRef>,
    }
}

record! {
    /// One coder's answers about one unit.
    Coded {
        sample: EntryRef,
        unit: ClaimRef,
        subject: Option<SubjectId>,
        /// Variable to answer; what is left out was left out.
        answers: Field<Value>,
        shown: Option<Digest>,
        supersedes: Vec<EntryRef>,
    }
}

impl QuestionForm {
    /// Label in English and Arabic.
    pub fn labels(self) -> (&'static str, &'static str) {
        match self {
            QuestionForm::Open => ("open question", "سؤال مفتوح"),
            QuestionForm::Rival => ("rival explanation", "تفسير منافس"),
        }
    }
}

impl Bearing {
    /// Label in English and Arabic.
    pub fn labels(self) -> (&'static str, &'static str) {
        match self {
            Bearing::For => ("speaks for it", "يؤيده"),
            Bearing::Against => ("speaks against it", "يعارضه"),
            Bearing::Unknown => ("cannot tell", "لا يمكن الجزم"),
        }
    }
}

impl Outcome {
    /// Label in English and Arabic.
    pub fn labels(self) -> (&'static str, &'static str) {
        match self {
            Outcome::Answered => ("assessed as answered", "قُيّم بأنه أُجيب عنه"),
            Outcome::RuledOut => ("assessed as not supported by what is at hand", "قُيّم بأن ما هو متاح لا يؤيده"),
            Outcome::Stands => ("cannot be ruled out", "لا يمكن استبعاده"),
            Outcome::CannotBeTold => ("cannot be told from what can be had", "لا سبيل إلى معرفته مما يمكن الحصول عليه"),
        }
    }
}

impl SearchOutcome {
    /// Label in English and Arabic.
    pub fn labels(self) -> (&'static str, &'static str) {
        match self {
            SearchOutcome::Found => ("found", "وُجد"),
            SearchOutcome::Partly => ("partly found", "وُجد بعضه"),
            SearchOutcome::NotFound => ("looked for and not found", "بُحث عنه ولم يوجد"),
            SearchOutcome::NotReached => ("could not be reached", "تعذر الوصول إليه"),
        }
    }
}

impl TestOutcome {
    /// Label in English and Arabic.
    pub fn labels(self) -> (&'static str, &'static str) {
        match self {
            TestOutcome::Consistent => ("consistent with the evidence at hand", "متسق مع الأدلة المتاحة"),
            TestOutcome::Contradicted => ("contradicted by evidence at hand", "تناقضه أدلة متاحة"),
            TestOutcome::Unsupported => ("unsupported by the evidence at hand", "لا سند له في الأدلة المتاحة"),
        }
    }
}

impl Rules {
    /// Label in English and Arabic.
    pub fn labels(self) -> (&'static str, &'static str) {
        match self {
            Rules::Policy => ("policy of support levels", "سياسة مستويات الدعم"),
            Rules::Treaties => ("table of treaties and who was bound", "جدول المعاهدات ومن التزم بها"),
        }
    }
}
