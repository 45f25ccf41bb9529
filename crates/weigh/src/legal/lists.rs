//! The lists themselves, as data. Articles are of the four Geneva Conventions of 1949 (GC), their Additional Protocols of 1977
//! (AP I, AP II), and the Rome Statute of 1998; rules are those of the ICRC's *Customary International Humanitarian Law* (2005).
//! Arabic wording is to be reviewed by a lawyer who works in it.

use super::{CheckList, Point};

/// A point with nothing to caution.
const fn point(id: &'static str, en: &'static str, ar: &'static str, sources: &'static str) -> Point {
    Point { id, labels: (en, ar), sources, caution: None }
}

/// A point with a caution.
const fn careful(
    id: &'static str,
    labels: (&'static str, &'static str),
    sources: &'static str,
    caution: (&'static str, &'static str),
) -> Point {
    Point { id, labels, sources, caution: Some(caution) }
}

const IN_CONFLICT: Point = point(
    "in_armed_conflict",
    "it took place in the context of an armed conflict and was associated with it",
    "وقع في سياق نزاع مسلح وكان مرتبطاً به",
    "GC I–IV common art. 2 and art. 3; Rome Statute art. 8(2)(b) and art. 8(2)(e)",
);

const INTENT_UNKNOWN: (&str, &str) = (
    "A state of mind is hardly ever seen. What supports it (repetition, notified coordinates, no warning) supports it and is not it; mostly this stays unknown.",
    "قلّما تُرى النية. وما يسندها (التكرار، الإحداثيات المبلَّغة، غياب الإنذار) يسندها وليس إياها؛ وغالباً ما يبقى هذا مجهولاً.",
);

const NOT_MILITARY_AT_THAT_TIME: Point = careful(
    "not_a_military_objective_then",
    (
        "it was not a military objective at that time: by nature, location, purpose or use it made no effective contribution to military action",
        "لم يكن هدفاً عسكرياً في ذلك الوقت: لم يسهم بطبيعته أو موقعه أو غايته أو استخدامه إسهاماً فعالاً في العمل العسكري",
    ),
    "AP I art. 52(2) and art. 52(3); ICRC rule 8, rule 9 and rule 10",
    (
        "“None within a radius” needs the search log that it rests on: where was looked, when, and what was not found.",
        "قول «لا شيء ضمن دائرة» يحتاج إلى سجل البحث الذي يستند إليه: أين بُحث ومتى وما الذي لم يوجد.",
    ),
);

/// All lists, in the order in which they are offered.
pub const LISTS: &[CheckList] = &[
    CheckList {
        id: "direct_attack_on_civilians",
        version: 1,
        labels: ("direct attack on civilians", "هجوم مباشر على مدنيين"),
        points: &[
            IN_CONFLICT,
            point(
                "civilians",
                "those attacked were civilians, or civilians not taking a direct part in hostilities",
                "كان المستهدفون مدنيين أو مدنيين لا يشاركون مباشرة في الأعمال العدائية",
                "AP I art. 50 and art. 51(3); AP II art. 13(3); ICRC rule 5 and rule 6",
            ),
            point(
                "directed_at_them",
                "the attack was directed at them",
                "كان الهجوم موجهاً إليهم",
                "AP I art. 51(2); AP II art. 13(2); Rome Statute art. 8(2)(b)(i) and art. 8(2)(e)(i); ICRC rule 1",
            ),
            careful(
                "intent_or_knowledge",
                (
                    "whoever attacked meant the civilians to be the object of the attack",
                    "قصد المهاجم أن يكون المدنيون محل الهجوم",
                ),
                "Rome Statute art. 30 and art. 8(2)(b)(i); AP I art. 85(3)(a)",
                INTENT_UNKNOWN,
            ),
        ],
    },
    CheckList {
        id: "direct_attack_on_civilian_object",
        version: 1,
        labels: ("direct attack on a civilian object", "هجوم مباشر على عين مدنية"),
        points: &[
            IN_CONFLICT,
            point(
                "civilian_object",
                "what was hit is a civilian object",
                "ما أُصيب عين مدنية",
                "AP I art. 52(1); ICRC rule 7 and rule 9",
            ),
            NOT_MILITARY_AT_THAT_TIME,
            point(
                "directed_at_it",
                "the attack was directed at it",
                "كان الهجوم موجهاً إليها",
                "AP I art. 52(1); Rome Statute art. 8(2)(b)(ii); ICRC rule 7",
            ),
            careful(
                "intent_or_knowledge",
                ("whoever attacked meant it, or knew that it was civilian", "قصد المهاجم ذلك أو علم بأنها مدنية"),
                "Rome Statute art. 30 and art. 8(2)(b)(ii)",
                INTENT_UNKNOWN,
            ),
        ],
    },
    CheckList {
        id: "indiscriminate_by_method",
        version: 1,
        labels: ("indiscriminate by method", "عشوائي بأسلوبه"),
        points: &[
            IN_CONFLICT,
            point(
                "not_directed",
                "it was not directed at a specific military objective, or treated several distinct ones in a populated area as one",
                "لم يُوجَّه إلى هدف عسكري محدد، أو عامل أهدافاً عسكرية متباعدة في منطقة مأهولة كأنها هدف واحد",
                "AP I art. 51(4)(a) and art. 51(5)(a); ICRC rule 11, rule 12(a) and rule 13",
            ),
            point(
                "area",
                "it struck an area with civilians or civilian objects in it",
                "أصاب منطقة فيها مدنيون أو أعيان مدنية",
                "AP I art. 51(4) and art. 51(5)(a); ICRC rule 11 and rule 13",
            ),
            point(
                "precautions",
                "what could be done to verify the target, to choose means and to warn was not done",
                "لم يُتخذ ما كان ممكناً للتحقق من الهدف واختيار الوسائل والإنذار",
                "AP I art. 57; ICRC rule 15, rule 16, rule 17 and rule 20",
            ),
        ],
    },
    CheckList {
        id: "indiscriminate_by_weapon",
        version: 1,
        labels: ("indiscriminate by weapon", "عشوائي بسلاحه"),
        points: &[
            IN_CONFLICT,
            careful(
                "weapon_identified",
                ("the weapon was identified", "حُدّد السلاح"),
                "AP I art. 51(4)(b) and art. 51(4)(c); ICRC rule 71",
                (
                    "On what it was identified (remnant, crater, sound, statement) is said apart from how sure that is.",
                    "يُذكر أساس تحديده (بقايا، حفرة، صوت، قول) منفصلاً عن درجة اليقين.",
                ),
            ),
            point(
                "cannot_be_directed",
                "as used, it cannot be directed at a military objective or its effects cannot be limited",
                "لا يمكن، كما استُخدم، توجيهه إلى هدف عسكري أو حصر آثاره",
                "AP I art. 51(4)(b) and art. 51(4)(c); ICRC rule 12(b), rule 12(c) and rule 71",
            ),
            point(
                "area",
                "it was used where civilians or civilian objects were",
                "استُخدم حيث كان مدنيون أو أعيان مدنية",
                "AP I art. 51(4); ICRC rule 11",
            ),
        ],
    },
    CheckList {
        id: "disproportionate",
        version: 1,
        labels: ("disproportionate", "غير متناسب"),
        points: &[
            IN_CONFLICT,
            point(
                "military_objective",
                "there was a military objective",
                "كان هناك هدف عسكري",
                "AP I art. 52(2); ICRC rule 8",
            ),
            point(
                "civilian_harm_expected",
                "incidental death, injury or damage to civilians was to be expected, as things were known beforehand",
                "كان متوقعاً، بحسب المعروف مسبقاً، أن يصيب المدنيين عرضاً موت أو إصابة أو ضرر",
                "AP I art. 51(5)(b) and art. 57(2)(a)(iii); ICRC rule 14 and rule 18",
            ),
            careful(
                "advantage_anticipated",
                (
                    "the concrete and direct military advantage that was anticipated",
                    "الميزة العسكرية الملموسة والمباشرة المتوقعة",
                ),
                "AP I art. 51(5)(b); Rome Statute art. 8(2)(b)(iv); ICRC rule 14",
                (
                    "Known to whoever attacked and hardly ever to others: mostly this stays unknown.",
                    "يعرفها المهاجم وقلّما يعرفها غيره: وغالباً ما تبقى مجهولة.",
                ),
            ),
            point(
                "excessive",
                "the harm expected was excessive against that advantage",
                "كان الضرر المتوقع مفرطاً قياساً بتلك الميزة",
                "AP I art. 51(5)(b) and art. 57(2)(b); Rome Statute art. 8(2)(b)(iv); ICRC rule 14 and rule 19",
            ),
        ],
    },
    CheckList {
        id: "attack_on_medical_unit_or_relief",
        version: 1,
        labels: (
            "attack on a medical unit, transport, staff or relief",
            "هجوم على وحدة طبية أو نقل طبي أو طواقم أو إغاثة",
        ),
        points: &[
            IN_CONFLICT,
            point(
                "function",
                "it was a medical unit, transport or staff, or relief personnel or objects, used for that alone",
                "كان وحدة طبية أو وسيلة نقل طبي أو طاقماً، أو عاملي إغاثة أو موادها، مستخدماً لذلك وحده",
                "GC I art. 19; GC IV art. 18 and art. 20; AP I art. 8, art. 12 and art. 71; AP II art. 9 and art. 11; ICRC rule 25, rule 28, rule 29, rule 31 and rule 32",
            ),
            point(
                "no_acts_harmful",
                "it was not used for acts harmful to the enemy outside its humanitarian function",
                "لم يُستخدم في أعمال ضارة بالعدو خارج وظيفته الإنسانية",
                "GC IV art. 19; AP I art. 13; AP II art. 11(2); ICRC rule 28",
            ),
            point(
                "warning",
                "if it was so used: no warning with a reasonable time was given, or one was heeded",
                "إن استُخدم كذلك: لم يصدر إنذار بمهلة معقولة، أو امتُثل له",
                "GC I art. 21; GC IV art. 19; AP I art. 13(1); AP II art. 11(2); ICRC rule 28",
            ),
            point(
                "directed_at_it",
                "the attack was directed at it",
                "كان الهجوم موجهاً إليه",
                "Rome Statute art. 8(2)(b)(ix), art. 8(2)(b)(xxiv), art. 8(2)(e)(ii) and art. 8(2)(e)(iv); ICRC rule 28 and rule 30",
            ),
            careful(
                "intent_or_knowledge",
                ("whoever attacked meant it, or knew what it was", "قصد المهاجم ذلك أو علم بماهيته"),
                "Rome Statute art. 30",
                INTENT_UNKNOWN,
            ),
        ],
    },
    CheckList {
        id: "denial_of_relief",
        version: 1,
        labels: ("denial of humanitarian relief", "منع الإغاثة الإنسانية"),
        points: &[
            IN_CONFLICT,
            point(
                "in_need",
                "civilians were in need of supplies essential to survival",
                "كان مدنيون بحاجة إلى إمدادات لا غنى عنها للبقاء",
                "GC IV art. 23, art. 55 and art. 59; AP I art. 69 and art. 70; AP II art. 18(2)",
            ),
            point(
                "impartial_relief",
                "relief that was humanitarian, impartial and without adverse distinction was offered",
                "عُرضت إغاثة إنسانية محايدة دون تمييز مجحف",
                "AP I art. 70(1); AP II art. 18(2); ICRC rule 55",
            ),
            point(
                "refused_or_impeded",
                "passage was refused, delayed or impeded, and by whom",
                "رُفض المرور أو أُخّر أو عُرقل، ومن فعل ذلك",
                "AP I art. 70(2); GC IV art. 23; ICRC rule 55 and rule 56",
            ),
            point(
                "no_valid_ground",
                "no valid ground (control of passage, imperative military necessity for a time) was given or applied",
                "لم يُذكر ولم يقم سبب صحيح (تفتيش المرور، ضرورة عسكرية قاهرة مؤقتة)",
                "AP I art. 70(3) and art. 71(3); ICRC rule 55 and rule 56",
            ),
        ],
    },
    CheckList {
        id: "siege_or_starvation",
        version: 1,
        labels: ("siege, or starvation as a method", "حصار أو تجويع كأسلوب قتال"),
        points: &[
            IN_CONFLICT,
            point(
                "deprived",
                "civilians were deprived of objects indispensable to their survival, or these were attacked, removed or made useless",
                "حُرم مدنيون من أعيان لا غنى عنها لبقائهم، أو هوجمت أو نُقلت أو عُطّلت",
                "AP I art. 54(2); AP II art. 14; ICRC rule 53 and rule 54",
            ),
            point(
                "relief_impeded",
                "relief was impeded",
                "عُرقلت الإغاثة",
                "AP I art. 70; AP II art. 18(2); Rome Statute art. 8(2)(b)(xxv); ICRC rule 55",
            ),
            careful(
                "purpose",
                ("starvation was the purpose, as a method of warfare", "كان التجويع هو الغاية، أسلوباً من أساليب الحرب"),
                "AP I art. 54(1); AP II art. 14; Rome Statute art. 8(2)(b)(xxv) and art. 8(2)(e)(xix); ICRC rule 53",
                (
                    "A siege is not unlawful by itself; its purpose and what civilians are left with are.",
                    "ليس الحصار في ذاته محظوراً؛ بل غايته وما يُترك للمدنيين.",
                ),
            ),
        ],
    },
    CheckList {
        id: "forced_displacement",
        version: 1,
        labels: ("forced displacement", "تهجير قسري"),
        points: &[
            IN_CONFLICT,
            point(
                "moved",
                "civilians left the place where they lawfully were, and from where to where",
                "ترك مدنيون مكاناً كانوا فيه بصورة مشروعة، ومن أين وإلى أين",
                "GC IV art. 49; AP II art. 17; ICRC rule 129",
            ),
            careful(
                "caused",
                (
                    "they were made to: by order, by force, or by making it impossible to stay",
                    "أُجبروا على ذلك: بأمر أو بقوة أو بجعل البقاء متعذراً",
                ),
                "GC IV art. 49; AP II art. 17(1); Rome Statute art. 8(2)(e)(viii); ICRC rule 129",
                ("Fleeing after a strike is not shown to be its purpose.", "الفرار بعد ضربة لا يثبت أنه كان غايتها."),
            ),
            point(
                "no_valid_ground",
                "neither the security of the civilians nor imperative military reasons required it",
                "لم يستوجبه أمن المدنيين ولا أسباب عسكرية قاهرة",
                "GC IV art. 49; AP II art. 17(1); ICRC rule 129",
            ),
        ],
    },
    CheckList {
        id: "context_of_crimes_against_humanity",
        version: 1,
        labels: (
            "context of crimes against humanity (apart from any act)",
            "سياق الجرائم ضد الإنسانية (منفصلاً عن أي فعل)",
        ),
        points: &[
            point(
                "attack_on_population",
                "there was an attack directed against a civilian population",
                "كان هناك هجوم موجه ضد سكان مدنيين",
                "Rome Statute art. 7(1) and art. 7(2)(a)",
            ),
            point(
                "widespread_or_systematic",
                "it was widespread or systematic",
                "كان واسع النطاق أو منهجياً",
                "Rome Statute art. 7(1)",
            ),
            point(
                "policy",
                "it followed or furthered a policy of a state or organisation",
                "كان عملاً بسياسة دولة أو منظمة أو تعزيزاً لها",
                "Rome Statute art. 7(2)(a)",
            ),
            careful(
                "knowledge",
                ("whoever acted knew of that attack", "علم الفاعل بذلك الهجوم"),
                "Rome Statute art. 7(1) and art. 30",
                INTENT_UNKNOWN,
            ),
        ],
    },
];
