//! What reads and what it cannot say, the policy in force, and the words that are used here.

use maud::{Markup, html};
use witnessmark_desk::analyzers::ANALYZERS;
use witnessmark_desk::report::Tongue;
use witnessmark_model::vocabulary::Level;

use crate::app::Room;
use crate::ask::Ask;
use crate::error::Result;
use crate::parts::{level, ltr};
use crate::shell::Page;

/// What a level needs, by the default policy: DATA_MODEL, *Support level*.
const NEEDS: &[(Level, &str, &str)] = &[
    (Level::NotAssessed, "Machine proposals only, or accepted in bulk.", "مقترحات آلية فقط، أو قُبلت ضمن دفعة."),
    (Level::Recorded, "Any lead.", "أي خيط."),
    (
        Level::SingleSource,
        "At least one attributable source, checked against known reuse.",
        "مصدر واحد على الأقل يمكن نسبته، بعد فحص التكرار المعروف.",
    ),
    (
        Level::Corroborated,
        "Two or more independent lines, separateness shown for two, in specific agreement on the element.",
        "أصلان مستقلان أو أكثر، ثبت انفصال اثنين منها، مع اتفاق محدد على العنصر.",
    ),
    (
        Level::MeetsCheckList,
        "Level 2, and an item placed in space and time, or three separate first-hand accounts with an unpublished detail; opposing material answered; two reviewers, neither the author.",
        "المستوى 2، ومادة حُدد مكانها وزمانها، أو ثلاث إفادات مباشرة منفصلة تتفق على تفصيل غير منشور؛ والإجابة عن المواد المخالفة؛ ومراجعان غير الكاتب.",
    ),
    (
        Level::StronglySupported,
        "Level 3, sensor data or first-hand accounts of another kind, and an adversarial review.",
        "المستوى 3، وبيانات جهاز استشعار أو إفادات مباشرة من نوع آخر، ومراجعة ناقدة.",
    ),
];

/// English, Arabic, what it means in English, and in Arabic.
const GLOSSARY: &[(&str, &str, &str, &str)] = &[
    ("item", "مادة", "one collected thing, byte for byte as it came", "شيء واحد جُمع، بايتاً بايتاً كما ورد"),
    (
        "source",
        "مصدر",
        "the person, group, channel, device or sensor it came from",
        "الشخص أو الجهة أو القناة أو الجهاز الذي جاء منه",
    ),
    ("account", "إفادة", "what a person told, in their words", "ما رواه شخص بكلماته"),
    (
        "claim",
        "قول منسوب",
        "what an item or account says happened, always attributed",
        "ما تقول مادة أو إفادة إنه حدث، منسوباً دائماً",
    ),
    ("observation", "قراءة", "what an analyzer read, with tool and version", "ما قرأه محلل، مع الأداة والإصدار"),
    ("incident", "واقعة", "a hypothesis that some claims speak of one happening", "فرضية أن أقوالاً تتحدث عن حدث واحد"),
    (
        "line of evidence",
        "أصل مستقل للمعلومة",
        "what is left of several items once shared origins are collapsed",
        "ما يبقى من عدة مواد بعد دمج ما له أصل مشترك",
    ),
    ("assessment", "تقييم", "a graded judgement with reasons, signed by a person", "حكم متدرج معلل يوقّعه شخص"),
    (
        "custody",
        "سلسلة الحفظ",
        "what was done with an item since it came, as recorded",
        "ما جرى للمادة منذ ورودها كما سُجِّل",
    ),
    ("sealed", "محجوب مشفّر", "encrypted under its own key", "مشفر بمفتاح خاص به"),
    ("erased", "إتلاف مفتاح الهوية", "its key was destroyed", "أُتلف مفتاحه"),
    ("alleged", "منسوب إلى", "said by somebody to have done it", "يقول أحدهم إنه فعله"),
    (
        "ledger",
        "السجل",
        "all signed entries, in order, hashed into one tree",
        "كل القيود الموقعة بترتيبها، في شجرة بصمات واحدة",
    ),
    (
        "commitment",
        "التزام",
        "an instrument that binds a party, broken into obligations",
        "صك يُلزم طرفاً، مقسم إلى التزامات",
    ),
    ("withdrawn", "مسحوب", "no longer relied on; still there", "لم يعد يُعتمد عليه؛ لكنه باقٍ"),
];

/// Draws it.
pub(crate) fn page(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let title = t.say("About", "عن البرنامج");
    let body = html! {
        h1 { (title) }
        p.lead { (t.say("Witnessmark keeps what eyewitnesses, pictures and statements say about harm to civilians, proposes what each says, and counts independent lines. It takes no side, and says of nothing that it is true.", "يحفظ Witnessmark ما يقوله شهود العيان والصور والتصريحات عن أذى المدنيين، ويقترح ما يقوله كل منها، ويعدّ الأصول المستقلة. لا ينحاز لأحد، ولا يقول عن شيء إنه صحيح.")) }
        (policy(room, t))
        (analyzers(t))
        section aria-labelledby="words" {
            h2 #words { (t.say("Words", "المصطلحات")) }
            dl.glossary { @for (en, ar, meaning, meaning_ar) in GLOSSARY { div { dt { (t.say(en, ar)) " " small lang=(t.say("ar", "en")) dir=(t.say("rtl", "ltr")) { (t.say(ar, en)) } } dd { (t.say(meaning, meaning_ar)) } } } }
        }
    };
    Ok(Page::new(title, body))
}

fn policy(room: &Room<'_>, t: Tongue) -> Markup {
    let policy = &room.case.policy;
    html! {
        section aria-labelledby="policy" {
            h2 #policy { (t.say("Levels, and the policy in force", "المستويات والسياسة المعمول بها")) }
            p { (t.say("Policy ", "السياسة ")) (ltr(&policy.version)) (t.say(". A level is what a person signed, never above what the policy allows now. It is no standard of proof.", ". المستوى ما وقّعه شخص، ولا يتجاوز ما تسمح به السياسة الآن. وليس معيار إثبات.")) }
            dl.levels { @for (l, en, ar) in NEEDS { div { dt { (level(*l, false, t)) } dd { (t.say(en, ar)) } } } }
            dl.facts {
                div { dt { (t.say("places agree within", "تتفق الأماكن ضمن")) } dd { (ltr(format!("{:.0} m", policy.agree_within_m))) } }
                div { dt { (t.say("times agree within", "تتفق الأوقات ضمن")) } dd { (ltr(policy.agree_within_days.to_string())) " " (t.say("days", "أيام")) } }
                div { dt { (t.say("separate lines for level 2", "أصول منفصلة للمستوى 2")) } dd { (ltr(policy.lines_for_corroborated.to_string())) } }
                div { dt { (t.say("reviewers for level 3", "مراجعون للمستوى 3")) } dd { (ltr(policy.reviewers_for_check_list.to_string())) } }
            }
        }
    }
}

fn analyzers(t: Tongue) -> Markup {
    html! {
        section aria-labelledby="analyzers" {
            h2 #analyzers { (t.say("What reads, and what it cannot say", "ما يقرأ، وما لا يستطيع قوله")) }
            p { (t.say("Each runs in a closed-off process that can open nothing. Its readings are proposals until a person decides.", "كل منها يعمل في عملية معزولة لا تستطيع فتح شيء. وقراءاته مقترحات حتى يقرر شخص.")) }
            @for analyzer in ANALYZERS {
                @let manifest = analyzer.manifest;
                article.card lang="en" dir="ltr" {
                    h3 { (ltr(format!("{}@{}", manifest.name, manifest.version))) }
                    dl.facts {
                        div { dt { (t.say("reads", "يقرأ")) } dd { (manifest.reads.join(", ")) } }
                        div { dt { (t.say("says", "يقول")) } dd { (manifest.says.join(", ")) } }
                        div { dt { (t.say("cannot say", "لا يستطيع قول")) } dd { ul { @for line in manifest.cannot_say { li { (line) } } } } }
                    }
                }
            }
        }
    }
}
