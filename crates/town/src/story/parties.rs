//! What the parties and the bodies aligned with them said: denials, one admission, a justification, a pledge.
//!
//! Planted here: a bare denial from each party, a denial that can be tested from each, the one admission, a speaker
//! who says that a resolution demands more than its text does, a forecast, appeals of both kinds.

use super::Text;

pub(super) const TEXTS: &[Text] = &[
    Text {
        path: "texts/2024-03-04-ministry-of-defence.txt",
        language: "en",
        body: r#"
REPUBLIC OF TALMERA
Ministry of Defence - Press Office
Monday, 4 March 2024, 14:00 (-03:00)

Statement on the reports from Dorvane

The Ministry of Defence denies that its aircraft struck Dorvane General Hospital. No aircraft flew over Veshra on the morning of 4 March. Every aircraft of the Upland Command remained at Ostrane airfield until 11 a.m.

“The reports are false,” said Halden Morvast, the Minister of Defence. “The River Front stores ammunition in the town, and it must answer for what happens there.”

The ministry announced that it would open an inquiry into the origin of the explosion.
"#,
    },
    Text {
        path: "texts/2024-03-04-veshra-health-directorate.txt",
        language: "en",
        body: r#"
Veshra Health Directorate (Veshra Council)
Dorvane, Monday 4 March 2024, 12:30

Air strike on Dorvane General Hospital: 11 dead

Aircraft of the Upland Command bombed Dorvane General Hospital at 6:40 this morning. Two bombs hit the maternity ward and the courtyard. The air strike killed 11 people, among them two nurses and three children, and injured 23. The hospital is out of service.

“This was a deliberate attack on a hospital,” said Dr Nisrel Quandar, the director of the hospital. “Its coordinates had been given to all parties on 12 January.”

The directorate calls on the Assembly of the Outer Isles to protect hospitals and medical staff in Veshra.
"#,
    },
    Text {
        path: "texts/2024-03-05-upland-command-oshtel.txt",
        language: "en",
        body: r#"
Upland Command - Media Office
Tuesday, 5 March 2024

River Front rockets strike school in Oshtel

The River Front fired rockets at Oshtel on Tuesday morning. Two rockets hit Oshtel Girls' School at about 10:15 a.m., killing five people and injuring nine, most of them pupils.

Colonel Brask Helleron, the spokesman of the Upland Command, held the River Front responsible for the attack. “This is a war crime,” Helleron said.

The Upland Command called on the Assembly of the Outer Isles to condemn the attack, and urged the people of Oshtel to stay away from windows.
"#,
    },
    Text {
        path: "texts/2024-03-05-river-front-oshtel.ar.txt",
        language: "ar",
        body: r#"
جبهة النهر - المكتب الإعلامي
الثلاثاء 5 آذار/مارس 2024

تصريح

نفى الناطق باسم جبهة النهر داغان إيلمارو اتهامات قيادة الهضبة بشأن مدرسة أوشتل للبنات، وقال إنها «باطلة جملة وتفصيلاً».
"#,
    },
    Text {
        path: "texts/2024-03-07-river-front-convoy.txt",
        language: "en",
        body: r#"
River Front - Media Office
Thursday, 7 March 2024, 22:00 (-03:00)

On the convoy at Belquar Bridge

The River Front acknowledges that one of its units stopped the convoy of Saltwind Relief at Belquar Bridge on Thursday and held its twelve trucks for nine hours. The unit acted without orders.

“We held the convoy, and we should not have done so,” said Dagan Ilmaro, a spokesman for the River Front. He pledged that the trucks would be allowed to pass to Quelmar by Friday morning and that the unit's commander would be questioned.

Ilmaro denied that flour had been taken from the trucks.
"#,
    },
    Text {
        path: "texts/2024-03-07-corridor-announcement.ar.txt",
        language: "ar",
        body: r#"
جمهورية تالميرا
وزارة الدفاع - المكتب الصحفي
الخميس 7 آذار/مارس 2024

إعلان بشأن ممر إنساني

أعلن وزير الدفاع هالدن مورفاست فتح ممر إنساني من كويلمار إلى أوسترين عبر مستاوين، من الجمعة 8 آذار/مارس إلى الثلاثاء 12 آذار/مارس، يومياً من الساعة 8:00 إلى الساعة 14:00.

وقال مورفاست: «نتعهد بوقف إطلاق النار على طول الطريق في هذه الساعات». وأضاف أن سيارات الإسعاف وقوافل الإغاثة يُسمح لها بالمرور، وأن من يحمل السلاح لا يُسمح له بالعبور.
"#,
    },
    Text {
        path: "texts/2024-03-08-upland-command-ambulance.txt",
        language: "en",
        body: r#"
Upland Command - Media Office
Friday, 8 March 2024

The Upland Command categorically denies the allegations about an ambulance on the road at Mistawen.
"#,
    },
    Text {
        path: "texts/2024-03-08-river-front-ambulance.ar.txt",
        language: "ar",
        body: r#"
جبهة النهر - المكتب الإعلامي
الجمعة 8 آذار/مارس 2024

إطلاق نار على سيارة إسعاف قرب مستاوين

أطلقت قوات قيادة الهضبة النار على سيارة إسعاف قرب مستاوين عند الساعة 9:10 من صباح اليوم الجمعة، وهي تسلك الممر الذي أعلنته وزارة الدفاع. وقُتل مسعف وأصيب شخصان بجروح.

وحمّل الناطق باسم جبهة النهر داغان إيلمارو قيادة الهضبة المسؤولية، وقال: «فتحوا الممر ثم أطلقوا النار على من سلكه».

ودعا إيلمارو جمعية الجزر الخارجية إلى حماية الطواقم الطبية.
"#,
    },
    Text {
        path: "texts/2024-03-10-veshra-council-president.txt",
        language: "en",
        body: r#"
Sunday, 10 March 2024 21:30

President Desval Calls on Assembly of the Outer Isles to Protect Civilians in Veshra

President of the Veshra Council, Orim Desval, said that the onslaught on Dorvane and Quelmar by the Upland Command is a war crime and a deliberate attempt to displace the people of Veshra by force. Desval held the Ministry of Defence legally and politically responsible for the air strike on the Weavers' Quarter on Saturday.

President Desval called for the implementation of Resolution 41 of the Assembly of the Outer Isles, which he said demands that the Upland Command withdraw from Tarivo, lift the siege of Quelmar and stop all attacks on civilians.

The Harbour Monitor on Sunday issued a report which said that the Upland Command used cluster munitions in the attack on homes in Dorvane. “Its conclusions confirm what we already know,” Desval said in comments he posted on Sunday.

Desval criticized the remarks of the Minister of Defence, Halden Morvast, who on Thursday said that a “humanitarian corridor” would be opened from Quelmar. Desval stressed that an ambulance was shot at on the first day of that corridor.

Over the past few days, the president sent letters to members of the Assembly of the Outer Isles urging them to force the Upland Command to lift the siege on Quelmar. He also called on all units of the River Front to close ranks and defend the town.

Desval warned of a new wave of displaced people towards Ostrane. (Source: Veshra Council Media Office)
"#,
    },
    Text {
        path: "texts/2024-03-09-veshra-council-siege.ar.txt",
        language: "ar",
        body: r#"
مجلس فيشرا - الدائرة الإعلامية
السبت 9 آذار/مارس 2024

حصار كويلمار يدخل يومه الأربعين

قال رئيس مجلس فيشرا أوريم دسفال إن قيادة الهضبة تحاصر مدينة كويلمار منذ 30 كانون الثاني/يناير، وإن نحو 14 ألف مدني محرومون من الطحين والدواء.

وطالب دسفال بتنفيذ القرار 41 الصادر عن جمعية الجزر الخارجية، ولا سيما رفع الحصار وإدخال المساعدات ووقف القصف.

من جهتها نفت وزارة الدفاع وجود حصار، وقالت إن الطريق إلى كويلمار «مفتوح أمام المدنيين».
"#,
    },
    Text {
        path: "texts/2024-03-10-river-front-tarivo.txt",
        language: "en",
        body: r#"
River Front - Media Office
Sunday, 10 March 2024

On the pumping station at Tarivo

The River Front denies that it fired rockets at the Tarivo pumping station. “Our nearest position is 19 kilometres from Tarivo, and our rockets reach 8 kilometres,” said Dagan Ilmaro, a spokesman for the River Front.

Ilmaro said that nobody had asked the River Front before the report was published.
"#,
    },
];
