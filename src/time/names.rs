//! Names of months and weekdays, and the words for before and after noon, in about thirty languages.
//!
//! Takes the bytes at a place, gives what the name there means and how long it is. Spellings are
//! those of CLDR and of the C library's locales: wide and abbreviated, alone and within a date, in
//! any case and with or without a closing dot. Text that is not UTF-8 is read as Latin-1.

use std::sync::OnceLock;

/// A month's name at the start of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Month {
    /// Bytes of the name, without a closing dot.
    pub(super) len: usize,
    /// 1 to 12.
    pub(super) number: u8,
    /// In Croatian the same word means the month before.
    pub(super) shared: bool,
}

/// The month whose name stands at the start of `text`.
pub(super) fn month(text: &[u8]) -> Option<Month> {
    if let Some(month) = english(text, &ENGLISH_MONTHS) {
        return Some(Month { len: 3, number: month, shared: false });
    }
    let (len, number) = longest(text, month_table())?;
    let shared = SHARED.iter().any(|word| text[..len].eq_ignore_ascii_case(word.as_bytes()));
    Some(Month { len, number, shared })
}

/// The weekday whose name stands at the start of `text`: bytes of the name, and 1 (Monday) to 7, or
/// 0 where languages differ on what it means.
pub(super) fn weekday(text: &[u8]) -> Option<(usize, u8)> {
    match english(text, &ENGLISH_WEEKDAYS) {
        Some(weekday) => Some((3, weekday)),
        None => longest(text, weekday_table()),
    }
}

/// A word for before (false) or after noon (true) at the start of `text`, and its bytes with a
/// closing dot.
pub(super) fn meridiem(text: &[u8]) -> Option<(usize, bool)> {
    let pm = match text.first()? {
        b'a' | b'A' => false,
        b'p' | b'P' => true,
        _ => return other_meridiem(text),
    };
    let mut at = 1 + usize::from(text.get(1) == Some(&b'.'));
    at += blank_len(&text[at..]);
    if !matches!(text.get(at), Some(b'm' | b'M')) {
        return other_meridiem(text);
    }
    at += 1;
    at += usize::from(text.get(at) == Some(&b'.'));
    (!starts_with_letter(&text[at..])).then_some((at, pm))
}

/// Czech, Greek, Chinese …: compared with the table word by word, as they are rare.
fn other_meridiem(text: &[u8]) -> Option<(usize, bool)> {
    let (text_len, head) = lower_case(&text[..text.len().min(24)]);
    MERIDIEMS.iter().find_map(|(word, pm)| {
        let rest = head.strip_prefix(word)?;
        // Lower case may differ in length from what was written; then the word is not one of ours.
        let len = if text_len == head.len() { word.len() } else { return None };
        let joined = word.starts_with(is_cjk) || !rest.starts_with(char::is_alphabetic);
        joined.then(|| (len + usize::from(rest.starts_with('.')), *pm))
    })
}

/// True where a letter of any alphabet begins; punctuation and special blanks are none.
pub(super) fn starts_with_letter(text: &[u8]) -> bool {
    match text {
        [] | [0xc2 | 0xe2, ..] | [0xe3, 0x80, ..] => false,
        [first, ..] => first.is_ascii_alphabetic() || *first >= 0x80,
    }
}

/// Bytes of one blank at the start: space, tab, or a no-break, narrow or thin space as localised
/// software writes it.
pub(super) fn blank_len(text: &[u8]) -> usize {
    match text {
        [b' ' | b'\t', ..] => 1,
        [0xc2, 0xa0, ..] => 2,
        [0xe2, 0x80, 0x87 | 0x89 | 0xaf, ..] | [0xe3, 0x80, 0x80, ..] => 3,
        _ => 0,
    }
}

/// Bytes of the run of blanks at the start.
pub(super) fn blanks_len(text: &[u8]) -> usize {
    let mut at = 0;
    loop {
        match blank_len(&text[at..]) {
            0 => return at,
            len => at += len,
        }
    }
}

/// The three letters of English names decide nearly always, so they are compared as one number.
fn english(text: &[u8], names: &[[u8; 3]]) -> Option<u8> {
    let first: &[u8; 3] = text.first_chunk()?;
    if starts_with_letter(&text[3..]) {
        return None;
    }
    let lower = first.map(|byte| byte | 0x20);
    names.iter().position(|name| *name == lower).map(|place| place as u8 + 1)
}

/// The longest name of a table that stands at the start of `text` and ends where no letter follows
/// (in Chinese, Japanese and Korean words are not parted).
fn longest(text: &[u8], table: &[(String, u8)]) -> Option<(usize, u8)> {
    let mut end = 0;
    while end < text.len().min(40)
        && (starts_with_letter(&text[end..])
            || (matches!(text[end], b'-' | b'\'') && starts_with_letter(&text[end + 1..])))
    {
        end += 1;
    }
    let find = |len: usize| {
        let (whole, word) = lower_case(&text[..len]);
        if whole != len || len == 0 {
            return None;
        }
        let found = table.binary_search_by(|(name, _)| name.as_str().cmp(&word)).ok()?;
        Some((len, table[found].1))
    };
    find(end).or_else(|| {
        let cjk = matches!(text, [0xe3..=0xed, 0x80..=0xbf, ..]);
        (1..end).rev().filter(|len| cjk || text[*len] == b'-').find_map(find)
    })
}

/// Lower case of the text, and the bytes it was made from (a character that is cut off at the end
/// is left out).
fn lower_case(text: &[u8]) -> (usize, String) {
    match std::str::from_utf8(text) {
        Ok(text) => (text.len(), text.to_lowercase()),
        Err(error) if error.error_len().is_none() => lower_case(&text[..error.valid_up_to()]),
        Err(_) => {
            let text: String = text.iter().map(|byte| char::from(*byte)).collect();
            (text.chars().count(), text.to_lowercase())
        }
    }
}

fn is_cjk(letter: char) -> bool {
    ('\u{3000}'..'\u{e000}').contains(&letter)
}

fn month_table() -> &'static [(String, u8)] {
    static TABLE: OnceLock<Vec<(String, u8)>> = OnceLock::new();
    TABLE.get_or_init(|| sorted(&MONTHS, ""))
}

fn weekday_table() -> &'static [(String, u8)] {
    static TABLE: OnceLock<Vec<(String, u8)>> = OnceLock::new();
    TABLE.get_or_init(|| sorted(&WEEKDAYS, SOME_DAY))
}

fn sorted(names: &[&str], unsure: &str) -> Vec<(String, u8)> {
    let known = names.iter().zip(1..).chain([(&unsure, 0)]);
    let mut table: Vec<_> = known
        .flat_map(|(words, number)| {
            words.split_whitespace().map(move |word| (word.to_owned(), number))
        })
        .collect();
    table.sort_unstable();
    table
}

const ENGLISH_MONTHS: [[u8; 3]; 12] = [
    *b"jan", *b"feb", *b"mar", *b"apr", *b"may", *b"jun", *b"jul", *b"aug", *b"sep", *b"oct",
    *b"nov", *b"dec",
];

const ENGLISH_WEEKDAYS: [[u8; 3]; 7] =
    [*b"mon", *b"tue", *b"wed", *b"thu", *b"fri", *b"sat", *b"sun"];

/// Polish and Czech words that mean the month before in Croatian.
const SHARED: [&str; 5] = ["lip", "lis", "listopad", "listopada", "srp"];

/// Longer words before their beginnings.
const MERIDIEMS: [(&str, bool); 48] = [
    ("priekšpusdienā", false),
    ("priekšpusdiena", false),
    ("pēcpusdienā", true),
    ("pēcpusdiena", true),
    ("eftermiddag", true),
    ("förmiddag", false),
    ("priešpiet", false),
    ("da manhã", false),
    ("пр.об", false),
    ("сл.об", true),
    ("priekšp", false),
    ("dopoldne", false),
    ("popoldne", true),
    ("pēcpusd", true),
    ("da tarde", true),
    ("popiet", true),
    ("manhã", false),
    ("上午", false),
    ("下午", true),
    ("午前", false),
    ("午後", true),
    ("오전", false),
    ("오후", true),
    ("tarde", true),
    ("pēcp", true),
    ("π.μ", false),
    ("μ.μ", true),
    ("öö", false),
    ("дп", false),
    ("пп", true),
    ("dop", false),
    ("odp", true),
    ("pop", true),
    ("f.m", false),
    ("e.m", true),
    ("f.h", false),
    ("e.h", true),
    ("r.n", false),
    ("i.n", true),
    ("ös", true),
    ("fm", false),
    ("em", true),
    ("ap", false),
    ("ip", true),
    ("fh", false),
    ("eh", true),
    ("de", false),
    ("du", true),
];

/// January to December, lower case, without a closing dot.
#[rustfmt::skip]
const MONTHS: [&str; 12] = [
    "ean eanáir ene enero gen gener gennaio ian ianuarie jaan jaanuar jan janeiro januar januari \
     january január januára janv janvier janvāris janúar jän jänner led leden ledna oca ocak saus \
     sausio sausis sij siječanj siječnja sty styczeń stycznia tammi tammikuu tammikuuta ιαν \
     ιανουάριος ιανουαρίου січ січень січня янв январь января яну януари",
    "feabh feabhra feb febbraio febr febrer febrero februar februari februarie february február \
     februára februāris febrúar fev fevereiro fév févr février helmi helmikuu helmikuuta lut \
     lutego luty vas vasario vasaris veebr veebruar velj veljača veljače úno únor února şub şubat \
     φεβ φεβρουάριος φεβρουαρίου лют лютий лютого фев февр февраль февраля февруари",
    "bře březen března kov kovas kovo maalis maaliskuu maaliskuuta maart mar marca march marec \
     maret mars mart martie marts marzec marzo març março mrt mrz márc március márta mär märts \
     märz ožu ožujak ožujka μάρ μάρτιος μαρ μαρτίου бер березень березня мар март марта",
    "abr abril aib aibreán apr april aprile aprilie aprill apríl apríla aprīlis avr avril bal \
     balandis balandžio dub duben dubna huhti huhtikuu huhtikuuta kwi kwiecień kwietnia nis nisan \
     tra travanj travnja ápr április απρ απρίλιος απριλίου апр апрель апреля април кві квіт \
     квітень квітня",
    "beal bealtaine geg gegužė gegužės kvě květen května mag maggio mai maig maijs maio maj maja \
     may mayo mayıs maí mei máj mája május svi svibanj svibnja touko toukokuu toukokuuta μάι \
     μάιος μαΐ μαΐου май мая тра трав травень травня",
    "birž birželio birželis cze czerwca czerwiec giu giugno haz haziran iun iunie juin jun june \
     junho juni junij junio juny juuni jún júna június júní jūn jūnijs kesä kesäkuu kesäkuuta \
     lipanj lipnja meith meitheamh čen červen června čvn ιουν ιουνίου ιούν ιούνιος июн июнь июня \
     чер черв червень червня юни",
    "heinä heinäkuu heinäkuuta iul iulie iúil jui juil juill juillet jul julho juli julij julio \
     juliol july juuli júl júla július júlí jūl jūlijs liep liepa liepos lip lipca lipiec lug \
     luglio srpanj srpnja tem temmuz čec července červenec čvc ιουλ ιουλίου ιούλ ιούλιος июл июль \
     июля лип липень липня юли",
    "ag ago agost agosto agu agustus aoû août aug august augusta augusti augusts augustus \
     augusztus avg avgust ağu ağustos elo elokuu elokuuta kol kolovoz kolovoza lún lúnasa rugp \
     rugpjūtis rugpjūčio sie sierpień sierpnia srp srpen srpna ágú ágúst αυγ αυγούστου αύγ \
     αύγουστος авг август августа сер серп серпень серпня",
    "eyl eylül mfómh rugs rugsėjis rugsėjo ruj rujan rujna sep sept septembar september septembra \
     septembre septembrie septembris septiembre set setembre setembro settembre syys syyskuu \
     syyskuuta szept szeptember wrz wrzesień września zář září σεπ σεπτέμβριος σεπτεμβρίου вер \
     вересень вересня сен сент сентябрь сентября сеп септември",
    "dfómh eki ekim loka lokakuu lokakuuta oct october octobre octombrie octubre okt oktobar \
     oktober oktobris oktoober október októbra ott ottobre out outubro paź październik \
     października spal spalio spalis říj říjen října οκτ οκτωβρίου οκτώβριος жов жовт жовтень \
     жовтня окт октомври октябрь октября",
    "kas kasım lapkr lapkritis lapkričio lis listopad listopada listopadu marras marraskuu \
     marraskuuta noiembrie nov novembar november novembra novembre novembris novembro noviembre \
     nóv nóvember samh samhain stu studeni studenoga νοέ νοέμβριος νοε νοεμβρίου лис лист \
     листопад листопада ное ноември ноя нояб ноябрь ноября",
    "ara aralık dec decembar december decembra decembrie decembris des desember desembre dets \
     detsember dez dezember dezembro dic dicembre diciembre déc décembre gru grudnia grudzień \
     gruod gruodis gruodžio joulu joulukuu joulukuuta noll nollaig pro prosinac prosinca prosince \
     prosinec δεκ δεκέμβριος δεκεμβρίου гру груд грудень грудня дек декабрь декабря декември",
];

/// Monday to Sunday, in the same way.
#[rustfmt::skip]
const WEEKDAYS: [&str; 7] = [
    "dilluns dl esmaspäev hétfő lu luan lun lundi lunedì lunes luni maanantai maanantaina maandag \
     man mandag mo mon monday montag mán mánudagur må mån måndag pazartesi pirmadienis pirmd \
     pirmdiena po pon pondelok pondělí ponedeljak ponedeljek ponedjeljak poniedziałek pr pzt seg \
     segunda segunda-feira sen senin δευ δευτέρα пн понеделник понедельник понеділок 周一 星期一 月 月曜日 \
     週一 월 월요일",
    "an antradienis di dienstag dimarts dinsdag dt kedd mar mardi martedì martes marți máirt otrd \
     otrdiena sal salı sel selasa teisipäev ter terça terça-feira ti tiistai tiistaina tir tirs \
     tirsdag tis tisdag torek tue tues tuesday ty tys tysdag ut uto utorak utorok wt wto wtorek \
     út úterý þri þriðjudagur τρί τρίτη τρι вт вторник вівторок 周二 星期二 火 火曜日 週二 화 화요일",
    "céad dc dimecres ke keskiviikko keskiviikkona kolmapäev mer mercoledì mercredi mi mie \
     miercuri mittwoch mié miércoles mið miðvikudagur on ons onsdag qua quarta quarta-feira rab \
     rabu sre sreda sri srijeda st streda středa sze szerda tr trečiadienis trešd trešdiena wed \
     wednesday wo woensdag çar çarşamba çrş śr śro środa τετ τετάρτη середа ср среда сряда 周三 星期三 \
     水 水曜日 週三 수 수요일",
    "ceturtd ceturtdiena cs csütörtök czw czwartek dijous dj do donderdag donnerstag déar \
     déardaoin fim fimmtudagur gio giovedì jeu jeudi jo joi jue jueves kam kamis ketvirtadienis \
     kt neljapäev per perşembe prş qui quinta quinta-feira thu thur thurs thursday to tors \
     torsdag torstai torstaina čet četrtek četvrtak čt čtvrtek štvrtok πέμ πέμπτη πεμ четвер \
     четверг четвъртък чт 周四 星期四 木 木曜日 週四 목 목요일",
    "aoine cum cuma divendres dv fr fre fredag freitag fri friday fös föstudagur jum jumat pe \
     penktadienis perjantai perjantaina pet petak petek pi piatok piektd piektdiena pią piątek pk \
     pn pt pá pátek péntek reede sex sexta sexta-feira ven vendredi venerdì vi vie viernes vin \
     vineri vr vrijdag παρ παρασκευή п'ятниця пʼятниця петък пт пятница 周五 星期五 週五 金 金曜日 금 금요일",
    "cmt cts cumartesi dissabte ds la lau lauantai lauantaina laugardagur laupäev laurdag lör \
     lördag lø lør lørdag sa sab sabato sabtu sam samedi samstag sat sath saturday sb sestd \
     sestdiena sob sobota sub subota szo szombat sáb sábado sâm sâmbătă za zaterdag šeštadienis \
     σάβ σάββατο σαβ сб суббота субота събота 周六 土 土曜日 星期六 週六 토 토요일",
    "dg dim dimanche diumenge dom domenica domh domingo du dum duminică min minggu ne ned nedelja \
     nedeľa nedjelja neděle nie niedz niedziela paz pazar pühapäev sekmadienis sk sonntag su sun \
     sundag sunday sunnudagur sunnuntai sv svētd svētdiena sön söndag sø søn søndag vasárnap zo \
     zondag κυρ κυριακή воскресенье вс нд неделя неділя 周日 日 日曜日 星期日 週日 일 일요일",
];

/// Weekdays that are another day in another language: they are read, and prove nothing.
const SOME_DAY: &str = "ma so tor št";

#[cfg(test)]
mod tests;
