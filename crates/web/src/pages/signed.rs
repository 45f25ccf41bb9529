//! C2PA manifests of an item, told for people: who signed, when, what was stated to have been done, and what of it matches.
//!
//! The row of a reading has its sentences in English; what this program writes into it is known, so it is told in Arabic as well, and
//! names of certificates, programs and assertions stand as they are. It deliberately draws no mark of approval: a signature that
//! matches says who has a key and which bytes were signed.

use maud::{Markup, html};
use serde_json::{Map, Value};
use witnessmark_desk::facts::Item;
use witnessmark_desk::report::Tongue;
use witnessmark_model::{ClaimRef, RowRef};

use crate::app::Room;
use crate::error::Result;
use crate::parts::{claim_cite, ltr, notice, own, time};

/// Manifests that are shown, and lines of one list.
const SHOWN: usize = 20;

/// Draws the section, where the item has a manifest.
pub(crate) fn section(room: &Room<'_>, item: &Item, t: Tongue) -> Result<Markup> {
    let rows = latest(room, item)?;
    Ok(html! {
        @if !rows.is_empty() {
            section aria-labelledby="signed" {
                h2 #signed { (t.say("What was signed about the file (C2PA)", "ما وُقّع عن الملف (C2PA)")) }
                p { (t.say("A signature that matches says that whoever has its key signed these bytes and statements; not that what the file shows is so. A file without a manifest is no worse for it.", "تطابق التوقيع يعني أن حائز مفتاحه وقّع هذه البايتات والأقوال؛ لا أن ما يُظهره الملف قد وقع. وخلوّ الملف من بيان لا يعيبه.")) }
                @for (at, row) in rows.iter().take(SHOWN) { article.manifest { (one(*at, row, t)) } }
            }
        }
    })
}

/// The rows of the latest version that read them.
fn latest(room: &Room<'_>, item: &Item) -> Result<Vec<(RowRef, Map<String, Value>)>> {
    let mut rows = room.archive.rows_of(item.id)?;
    rows.retain(|(_, row)| row.get("kind").and_then(Value::as_str) == Some("manifest"));
    let version =
        |at: &RowRef| room.archive.world().packs().find(|(_, o)| o.pack == at.pack).map_or(0, |(_, o)| o.version);
    let versions: Vec<u32> = rows.iter().map(|(at, _)| version(at)).collect();
    let last = versions.iter().max().copied().unwrap_or(0);
    Ok(rows.into_iter().zip(versions).filter(|(_, version)| *version == last).map(|(row, _)| row).collect())
}

fn word<'a>(row: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    row.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

fn part<'a>(row: &'a Map<String, Value>, name: &str) -> Option<&'a Map<String, Value>> {
    row.get(name).and_then(Value::as_object)
}

fn list<'a>(row: &'a Map<String, Value>, name: &str) -> &'a [Value] {
    row.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn one(at: RowRef, row: &Map<String, Value>, t: Tongue) -> Markup {
    let result = word(row, "result").unwrap_or_default();
    let head = html! { p { strong { (own(said(result, t))) } " " span.muted { (own(said(word(row, "part").unwrap_or_default(), t))) } } };
    html! {
        @if result == "something does not match" { (notice("alert", &html! { (head) (sentences(list(row, "differs"), t)) })) } @else { (head) }
        dl.facts {
            (signer(row, t))
            (when(row, t))
            @if let Some(program) = word(row, "program") { div { dt { (t.say("program that wrote the manifest, as stated", "البرنامج الذي كتب البيان، كما ذُكر")) } dd { (own(program)) } } }
            @if !list(row, "actions").is_empty() { div { dt { (t.say("done, as stated", "ما أُجري، كما ذُكر")) } dd { ul { @for action in list(row, "actions").iter().filter_map(Value::as_object).take(SHOWN) { li { (act(action, t)) } } } } } }
            @if !list(row, "ingredients").is_empty() { div { dt { (t.say("made from", "مصنوع من")) } dd { ul { @for one in list(row, "ingredients").iter().filter_map(Value::as_object).take(SHOWN) { li { (ingredient(one, t)) } } } } } }
            div { dt { (t.say("read in", "قُرئ في")) } dd { (claim_cite(ClaimRef::Row(at))) } }
        }
        (folded(list(row, "matches"), t.say("What was compared and matches", "ما قورن وتطابق"), t))
        (folded(list(row, "cannot_be_said"), t.say("What cannot be said", "ما لا يمكن قوله"), t))
    }
}

fn signer(row: &Map<String, Value>, t: Tongue) -> Markup {
    let Some(signature) = part(row, "signature") else {
        return html! { div { dt { (t.say("signed by", "وقّعه")) } dd { (t.say("nobody: the claim has no signature that can be read", "لا أحد: لا توقيع مقروء على القول")) } } };
    };
    let name = [word(signature, "certificate"), word(signature, "organisation")];
    let name: Vec<&str> = name.into_iter().flatten().collect();
    html! {
        div { dt { (t.say("signed by a certificate naming", "موقّع بشهادة تسمّي")) } dd {
            (own(name.join(", ")))
            @if let Some(issuer) = word(signature, "issuer") { " " span.muted { (t.say("issued by ", "أصدرها ")) (own(issuer)) } }
        } }
        div { dt { (t.say("signature", "التوقيع")) } dd { (own(said(word(signature, "result").unwrap_or_default(), t))) } }
        @if let Some(trust) = word(signature, "trust") { div { dt { (t.say("trust", "الثقة")) } dd { (own(said(trust, t))) } } }
    }
}

fn when(row: &Map<String, Value>, t: Tongue) -> Markup {
    let stamp = part(row, "time_stamp");
    html! {
        div { dt { (t.say("when it was signed", "وقت التوقيع")) } dd {
            @match stamp.and_then(|stamp| word(stamp, "time").map(|at| (stamp, at))) {
                Some((stamp, at)) => {
                    (time(at)) " "
                    @if let Some(authority) = word(stamp, "authority") { (t.say("by the clock of ", "بساعة ")) (own(authority)) }
                    div.muted { (own(said(word(stamp, "result").unwrap_or_default(), t))) @if let Some(trust) = word(stamp, "trust") { "; " (own(said(trust, t))) } }
                },
                None => (t.say("not known: there is no time stamp that can be read", "غير معروف: لا ختم زمنيًا مقروءًا")),
            }
        } }
    }
}

fn act(action: &Map<String, Value>, t: Tongue) -> Markup {
    let name = word(action, "action").unwrap_or_default();
    html! {
        @match done(name) { Some((en, ar)) => (t.say(en, ar)), None => (ltr(name)) }
        @if let Some(source) = word(action, "source_type") {
            " " span.muted { "(" @match source_type(source) { Some((en, ar)) => (t.say(en, ar)), None => (ltr(source.rsplit('/').next().unwrap_or(source))) } ")" }
        }
        @if let Some(program) = word(action, "program") { " · " (own(program)) }
        @if let Some(at) = word(action, "when") { " · " (time(at)) }
    }
}

/// Actions of the specification, in words.
fn done(action: &str) -> Option<(&'static str, &'static str)> {
    Some(match action {
        "c2pa.created" => ("created", "أُنشئ"),
        "c2pa.opened" => ("opened an earlier file", "فُتح ملف سابق"),
        "c2pa.placed" => ("placed another file in it", "أُدرج فيه ملف آخر"),
        "c2pa.removed" => ("removed something", "أُزيل شيء"),
        "c2pa.edited" => ("edited", "حُرّر"),
        "c2pa.edited.metadata" => ("edited the metadata", "حُرّرت البيانات الوصفية"),
        "c2pa.cropped" => ("cropped", "قُصّ"),
        "c2pa.resized" => ("resized", "غُيّر حجمه"),
        "c2pa.orientation" => ("turned or mirrored", "أُدير أو عُكس"),
        "c2pa.color_adjustments" => ("changed colours", "غُيّرت ألوانه"),
        "c2pa.filtered" => ("put through a filter", "مُرّر بمرشِّح"),
        "c2pa.drawing" => ("drawn on", "رُسم عليه"),
        "c2pa.redacted" => ("took out an assertion", "نُزع منه قول"),
        "c2pa.converted" => ("saved in another format", "حُفظ بصيغة أخرى"),
        "c2pa.transcoded" => ("encoded anew", "أُعيد ترميزه"),
        "c2pa.repackaged" => ("put into another container", "نُقل إلى حاوية أخرى"),
        "c2pa.published" => ("published", "نُشر"),
        "c2pa.translated" => ("translated", "تُرجم"),
        "c2pa.unknown" => ("something that is not named", "شيء لم يُسمَّ"),
        _ => return None,
    })
}

/// IPTC's words for how a picture came to be.
fn source_type(address: &str) -> Option<(&'static str, &'static str)> {
    Some(match address.rsplit('/').next().unwrap_or(address) {
        "digitalCapture" => ("taken by a digital camera", "التقطته كاميرا رقمية"),
        "computationalCapture" => ("taken by a camera and computed", "التقطته كاميرا وعولج حسابيًا"),
        "trainedAlgorithmicMedia" => ("made by a trained algorithm", "صنعته خوارزمية مدرَّبة"),
        "compositeWithTrainedAlgorithmicMedia" => {
            ("parts made by a trained algorithm", "أجزاء منه صنعتها خوارزمية مدرَّبة")
        }
        "algorithmicMedia" => ("made by an algorithm", "صنعته خوارزمية"),
        "composite" => ("put together from several", "مركّب من عدة"),
        "humanEdits" => ("edited by a person", "حرّره إنسان"),
        "screenCapture" => ("a picture of a screen", "صورة شاشة"),
        "digitalArt" | "digitalCreation" => ("drawn on a computer", "مرسوم بالحاسوب"),
        _ => return None,
    })
}

fn ingredient(one: &Map<String, Value>, t: Tongue) -> Markup {
    let relation = match word(one, "relationship") {
        Some("parentOf") => t.say("the file that this one was made of", "الملف الذي صُنع منه هذا"),
        Some("componentOf") => t.say("a part of this one", "جزء من هذا"),
        Some("inputTo") => t.say("used in making this one", "استُعمل في صنع هذا"),
        _ => t.say("an earlier file", "ملف سابق"),
    };
    html! {
        @if let Some(title) = word(one, "title") { (own(title)) ": " }
        (relation)
        @if let Some(result) = word(one, "result") { "; " (t.say("its manifest ", "وبيانه ")) (own(said(result, t))) } @else { "; " (t.say("without a manifest", "بلا بيان")) }
    }
}

fn sentences(all: &[Value], t: Tongue) -> Markup {
    html! { @if !all.is_empty() { ul { @for text in all.iter().filter_map(Value::as_str).take(SHOWN) { li { (own(said(text, t))) } } } } }
}

fn folded(all: &[Value], title: &str, t: Tongue) -> Markup {
    html! { @if !all.is_empty() { details { summary { (title) " (" (all.len()) ")" } (sentences(all, t)) } } }
}

/// What this program writes into such rows, and the same in Arabic: whole sentences, or what begins one whose rest is a name.
const ARABIC: &[(&str, &str)] = &[
    ("everything that could be checked matches", "كل ما أمكن التحقق منه متطابق"),
    ("something does not match", "ثمة ما لا يتطابق"),
    ("nothing could be checked", "لم يمكن التحقق من شيء"),
    ("of this file", "لهذا الملف"),
    ("of an earlier file", "لملف سابق"),
    ("of nothing that is named", "لما لم يُسمَّ"),
    ("matches the certificate in it", "يطابق الشهادة التي فيه"),
    ("does not match the certificate in it", "لا يطابق الشهادة التي فيه"),
    ("matches this signature", "يخص هذا التوقيع"),
    ("does not match: it is about other bytes", "لا يتطابق: يخص بايتات أخرى"),
    ("cannot be checked: ", "لا يمكن التحقق منه: "),
    ("shows nothing: ", "لا يُظهر شيئًا: "),
    ("matches", "متطابق"),
    ("differs", "مختلف"),
    ("missing", "غير موجود"),
    ("not known: ", "غير معروف: "),
    ("leads to none of the ", "لا تؤدي إلى أي من الجذور الموثوقة للأختام الزمنية، وعددها/"),
    ("leads to ", "تؤدي إلى جذر تثق به هذه المحفوظات: /"),
    ("signed by a certificate naming ", "موقّع بشهادة لم تُردّ إلى جذر تثق به هذه المحفوظات: /"),
    (
        "this archive trusts no root for time stamps; the chain is the file's own",
        "لا تثق هذه المحفوظات بأي جذر للأختام الزمنية؛ والسلسلة من الملف نفسه",
    ),
    ("the signature, over the claim, by the key of the certificate in it", "التوقيع على القول بمفتاح الشهادة التي فيه"),
    ("the time stamp, over the signature or claim", "الختم الزمني على التوقيع أو القول"),
    ("the claim is not signed", "القول غير موقّع"),
    ("there is no claim that can be read, so nothing in it was signed", "لا قول مقروءًا، فلم يوقَّع شيء فيه"),
    (
        "the signature is not the certificate's over this claim: one of them was changed",
        "التوقيع ليس توقيع الشهادة على هذا القول: غُيّر أحدهما",
    ),
    (
        "the certificate is not for signing documents, mail or claims",
        "الشهادة ليست لتوقيع الوثائق أو الرسائل أو الأقوال",
    ),
    ("no signed assertion binds it to this file", "لا قول موقّعًا يربطه بهذا الملف"),
    ("the file's bytes are not those that ", "ليست بايتات الملف تلك التي وُقّعت: غُيّر الملف بعد توقيعه: /"),
    ("every byte of the file that ", "كل بايت من الملف يشمله الربط: "),
    ("the earlier file's manifest, with the hash in ", "بيان الملف السابق، بالبصمة في "),
    ("the earlier file's manifest is not the one that ", "ليس بيان الملف السابق هو الذي سُجّلت بصمته في /"),
    ("the manifest that ", "البيان المشار إليه غير موجود: "),
    ("the time stamp ", "الختم الزمني: "),
    ("the chain of certificates: ", "سلسلة الشهادات: "),
    ("assertion ", "القول "),
    ("why it is in the file: no other manifest refers to it", "سبب وجوده في الملف: لا بيان آخر يشير إليه"),
    (
        "which manifest binds the file: it updates one that is not there",
        "أي بيان يربط الملف: فهو تحديث لبيان غير موجود",
    ),
    ("whether it fits its file, which lies elsewhere", "هل يوافق ملفه، وهو في مكان آخر"),
    (
        "when it was signed, and so whether the certificate was valid then: there is no time stamp that matches",
        "متى وُقّع، وهل كانت الشهادة سارية حينها: لا ختم زمنيًا متطابقًا",
    ),
    (
        "who the signer is: the certificate does not lead to a root that this archive trusts",
        "من الموقِّع: لا تؤدي الشهادة إلى جذر تثق به هذه المحفوظات",
    ),
    ("whether the signature matches: ", "هل يتطابق التوقيع: "),
    ("whether the file fits ", "هل يوافق الملف "),
    ("whether the earlier file's manifest is the one of ", "هل بيان الملف السابق هو المذكور في "),
    ("anything of the earlier file of ", "أي شيء عن الملف السابق الذي جاء بلا بيان: "),
    ("anything of ", "أي شيء عن بايتات يتركها الربط خارجه ويستطيع أي كان تغييرها: "),
];

/// A sentence of a row in the reader's tongue; what is not known here stays as it is.
fn said(text: &str, t: Tongue) -> String {
    if t != Tongue::Arabic {
        return text.to_owned();
    }
    if let Some((_, whole)) = ARABIC.iter().find(|(en, _)| *en == text) {
        return (*whole).to_owned();
    }
    let found =
        ARABIC.iter().filter(|(en, _)| en.ends_with(' ')).find_map(|(en, ar)| Some((text.strip_prefix(en)?, *ar)));
    match found {
        // Names alone follow, where the rest of the sentence is said before them.
        Some((rest, ar)) if ar.ends_with('/') => format!("{}{}", ar.trim_end_matches('/'), named(rest)),
        Some((rest, ar)) if ar.ends_with(' ') => format!("{ar}{}", with_result(rest)),
        _ => text.to_owned(),
    }
}

/// A name and what came of it, such as `c2pa.actions: differs`: the result in Arabic where it is known here.
fn with_result(rest: &str) -> String {
    let known = |(name, result): (&str, &str)| {
        let (_, arabic) = ARABIC.iter().find(|(en, _)| *en == result)?;
        Some(format!("{name}: {arabic}"))
    };
    rest.rsplit_once(": ").and_then(known).unwrap_or_else(|| rest.to_owned())
}

/// The name with which the rest of a sentence begins.
fn named(rest: &str) -> &str {
    let ends = [
        ", which is among",
        "; chain not traced",
        "; its chain does not hold",
        " roots that this archive",
        " binds: the file was changed",
        " names by its hash",
    ];
    let end = ends.iter().filter_map(|end| rest.find(end)).min();
    end.map_or(rest, |end| &rest[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_told_in_both_tongues_and_names_stay() {
        let english = "signed by a certificate naming Mill Camera; chain not traced to a root the archive trusts";
        assert_eq!(said(english, Tongue::English), english);
        let arabic = said(english, Tongue::Arabic);
        assert!(arabic.ends_with("Mill Camera") && arabic.starts_with("موقّع"), "{arabic}");
        let root = "leads to Invented Root, which is among the roots that this archive trusts for C2PA";
        assert!(said(root, Tongue::Arabic).ends_with("Invented Root"));
        assert_eq!(said("words of another version", Tongue::Arabic), "words of another version");
        assert_eq!(said("assertion c2pa.actions.v2: differs", Tongue::Arabic), "القول c2pa.actions.v2: مختلف");
        let other =
            said("the earlier file's manifest is not the one that c2pa.ingredient names by its hash", Tongue::Arabic);
        assert!(other.starts_with("ليس بيان") && other.ends_with("c2pa.ingredient"), "{other}");
    }

    #[test]
    fn no_sentence_hides_another() {
        for (at, (en, _)) in ARABIC.iter().enumerate() {
            let hidden =
                ARABIC[..at].iter().find(|(before, _)| before.ends_with(' ') && en.starts_with(before) && en != before);
            assert!(hidden.is_none() || !en.ends_with(' '), "{en} is hidden by {hidden:?}");
        }
    }
}
