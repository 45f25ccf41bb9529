//! Records that guard what is in custody: a hold against erasure, its release, and to whom the recovery of the keys is entrusted.

use crate::Field;
use crate::ids::{EntryRef, ItemId, SubjectId};
use crate::record::{record, words};

words! {
    /// Why something must not be erased.
    HoldClass {
        /// A court or tribunal ordered it kept.
        CourtOrder = "court_order",
        /// Somebody with a mandate asked for it to be kept.
        PreservationRequest = "preservation_request",
        /// Proceedings are under way or to be expected.
        Proceedings = "proceedings",
        /// It speaks for somebody who is or may be accused, who has a right to it.
        DutyToDisclose = "duty_to_disclose",
        /// Somebody looks into how it was taken in or handled.
        InternalReview = "internal_review",
        /// Something else, named in the reason.
        Other = "other",
    }
}

words! {
    /// Why a hold no longer stands.
    ReleaseClass {
        /// What it was for has ended.
        PurposeEnded = "purpose_ended",
        /// A court or tribunal ordered or allowed it.
        CourtOrder = "court_order",
        /// Whoever asked for the hold has taken that back.
        RequestWithdrawn = "request_withdrawn",
        /// The person whom it could harm is in danger while it is there.
        DangerToPerson = "danger_to_person",
        /// The person whom it is about has taken consent back, and nothing weighs more.
        ConsentWithdrawn = "consent_withdrawn",
        /// It was held by mistake.
        Mistake = "mistake",
        /// Something else, named in the reason.
        Other = "other",
    }
}

words! {
    /// Does what may be erased speak against what the archive asserts, or for somebody accused?
    Opposing {
        /// It was looked at, and does not.
        NotAffected = "not_affected",
        /// It does: the reason says what was done about it.
        Affected = "affected",
        /// Nobody can tell.
        CannotTell = "cannot_tell",
    }
}

impl HoldClass {
    /// Label in English and Arabic.
    pub fn labels(self) -> (&'static str, &'static str) {
        match self {
            HoldClass::CourtOrder => ("order of a court", "أمر محكمة"),
            HoldClass::PreservationRequest => ("request to preserve it", "طلب حفظ"),
            HoldClass::Proceedings => ("proceedings", "إجراءات قضائية"),
            HoldClass::DutyToDisclose => ("duty to disclose it to the defence", "واجب الإفصاح عنها للدفاع"),
            HoldClass::InternalReview => ("review of how it was handled", "مراجعة داخلية لكيفية التعامل معها"),
            HoldClass::Other => ("another reason", "سبب آخر"),
        }
    }
}

impl ReleaseClass {
    /// Label in English and Arabic.
    pub fn labels(self) -> (&'static str, &'static str) {
        match self {
            ReleaseClass::PurposeEnded => ("its purpose has ended", "انتهى الغرض منه"),
            ReleaseClass::CourtOrder => ("order of a court", "أمر محكمة"),
            ReleaseClass::RequestWithdrawn => ("the request was taken back", "سُحب الطلب"),
            ReleaseClass::DangerToPerson => ("danger to the person", "خطر على الشخص"),
            ReleaseClass::ConsentWithdrawn => ("consent was taken back", "سُحبت الموافقة"),
            ReleaseClass::Mistake => ("held by mistake", "حُفظت خطأً"),
            ReleaseClass::Other => ("another reason", "سبب آخر"),
        }
    }
}

impl Opposing {
    /// Label in English and Arabic.
    pub fn labels(self) -> (&'static str, &'static str) {
        match self {
            Opposing::NotAffected => ("opposing material is not affected", "لا تمس مواد معارضة"),
            Opposing::Affected => ("opposing material is affected", "تمس مواد معارضة"),
            Opposing::CannotTell => {
                ("cannot tell whether opposing material is affected", "لا يُعرف إن كانت تمس مواد معارضة")
            }
        }
    }
}

record! {
    /// Must not be erased from here on. Nothing ends it but a [`Released`].
    Held {
        item: ItemId,
        subject: Option<SubjectId>,
        class: HoldClass,
        reason: Field<String>,
    }
}

record! {
    /// A hold no longer stands. Whoever signs this cannot be the one who erases.
    Released {
        hold: EntryRef,
        item: ItemId,
        subject: Option<SubjectId>,
        class: ReleaseClass,
        /// Is opposing material affected?
        opposing: Opposing,
        reason: Field<String>,
    }
}

record! {
    /// The recovery of the keys was split among trustees. No secret is in it.
    Entrusted {
        /// The split, as in every share.
        split: String,
        /// So many shares open the keys together.
        needed: u32,
        /// So many were made.
        shares: u32,
        /// To whom, under a key of its own: whoever takes the disk is not told whom to press.
        trustees: Field<Vec<String>>,
        subject: SubjectId,
        supersedes: Vec<EntryRef>,
    }
}
