//! Names of months.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Names from January on, in lower case; several languages in one row, longer forms before shorter ones that begin them.
#[rustfmt::skip]
const MONTHS: [&[&str]; 12] = [
    &["january", "januari", "januar", "janvier", "gennaio", "enero", "janeiro", "januára", "stycznia", "styczeń", "ledna", "január", "ianuarie", "tammikuuta", "jaanuar", "janvāris", "sausio", "siječnja", "januára", "janúar", "ocak", "января", "січня", "януари", "ιανουαρίου", "jänner", "jan.", "jan", "janv.", "gen.", "gen", "ene", "يناير", "जनवरी", "มกราคม"],
    &["february", "februari", "februar", "février", "fevrier", "febbraio", "febrero", "fevereiro", "lutego", "luty", "února", "február", "februarie", "helmikuuta", "veebruar", "februāris", "vasario", "veljače", "febrúar", "şubat", "февраля", "лютого", "февруари", "φεβρουαρίου", "feber", "feb.", "feb", "févr.", "fev", "فبراير", "फरवरी", "กุมภาพันธ์"],
    &["march", "märz", "maerz", "mars", "marzo", "março", "marco", "maart", "marts", "marca", "marzec", "března", "március", "martie", "maaliskuuta", "märts", "marts", "kovo", "ožujka", "mart", "марта", "березня", "март", "μαρτίου", "mar.", "mar", "mrz", "مارس", "मार्च", "มีนาคม"],
    &["april", "avril", "aprile", "abril", "kwietnia", "kwiecień", "dubna", "apríla", "április", "aprilie", "huhtikuuta", "aprill", "aprīlis", "balandžio", "travnja", "apríl", "nisan", "апреля", "квітня", "април", "απριλίου", "apr.", "apr", "avr.", "abr", "أبريل", "अप्रैल", "เมษายน"],
    &["may", "mai", "maggio", "mayo", "maio", "mei", "maj", "maja", "května", "mája", "május", "toukokuuta", "maijs", "gegužės", "svibnja", "maí", "mayıs", "мая", "травня", "май", "μαΐου", "mag", "مايو", "मई", "พฤษภาคม"],
    &["june", "juni", "juin", "giugno", "junio", "junho", "czerwca", "czerwiec", "června", "júna", "június", "iunie", "kesäkuuta", "juuni", "jūnijs", "birželio", "lipnja", "júní", "haziran", "июня", "червня", "юни", "ιουνίου", "jun.", "jun", "giu", "يونيو", "जून", "มิถุนายน"],
    &["july", "juli", "juillet", "luglio", "julio", "julho", "lipca", "lipiec", "července", "júla", "július", "iulie", "heinäkuuta", "juuli", "jūlijs", "liepos", "srpnja", "júlí", "temmuz", "июля", "липня", "юли", "ιουλίου", "jul.", "jul", "juil.", "lug", "يوليو", "जुलाई", "กรกฎาคม"],
    &["august", "août", "aout", "agosto", "augustus", "augusti", "sierpnia", "sierpień", "srpna", "augusta", "augusztus", "elokuuta", "augusts", "rugpjūčio", "kolovoza", "ágúst", "ağustos", "августа", "серпня", "август", "αυγούστου", "aug.", "aug", "ago", "أغسطس", "अगस्त", "สิงหาคม"],
    &["september", "septembre", "settembre", "septiembre", "setembro", "września", "wrzesień", "září", "septembra", "szeptember", "septembrie", "syyskuuta", "septembris", "rugsėjo", "rujna", "eylül", "сентября", "вересня", "септември", "σεπτεμβρίου", "sept.", "sept", "sep.", "sep", "set", "سبتمبر", "सितंबर", "กันยายน"],
    &["october", "oktober", "octobre", "ottobre", "octubre", "outubro", "października", "październik", "října", "októbra", "október", "octombrie", "lokakuuta", "oktoober", "oktobris", "spalio", "listopada", "ekim", "октября", "жовтня", "октомври", "οκτωβρίου", "oct.", "oct", "okt.", "okt", "ott", "out", "أكتوبر", "अक्टूबर", "ตุลาคม"],
    &["november", "novembre", "noviembre", "novembro", "listopad", "listopadu", "novembra", "noiembrie", "marraskuuta", "novembris", "lapkričio", "studenoga", "nóvember", "kasım", "ноября", "листопада", "ноември", "νοεμβρίου", "nov.", "nov", "نوفمبر", "नवंबर", "พฤศจิกายน"],
    &["december", "dezember", "décembre", "decembre", "dicembre", "diciembre", "dezembro", "grudnia", "grudzień", "prosince", "decembra", "decembrie", "joulukuuta", "detsember", "decembris", "gruodžio", "prosinca", "desember", "aralık", "декабря", "грудня", "декември", "δεκεμβρίου", "dec.", "dec", "dez.", "dez", "déc.", "dic", "ديسمبر", "दिसंबर", "ธันวาคม"],
];

/// The month that `text` begins with the name of, and the bytes of the name.
pub(crate) fn beginning(text: &str) -> Option<(u64, usize)> {
    let length: usize = text.chars().take(16).take_while(|c| is_of_a_name(*c)).map(char::len_utf8).sum();
    let word = text.get(..length)?;
    let month = number(word)?;
    Some((month, length))
}

/// The month whose name, and no more than spaces, ends `text`, and where the name begins.
pub(crate) fn ending(text: &str) -> Option<(u64, usize)> {
    let trimmed = text.trim_end_matches([' ', '.', '\u{a0}']);
    if text.len() - trimmed.len() > 2 {
        return None;
    }
    let length: usize =
        trimmed.chars().rev().take(16).take_while(|c| is_of_a_name(*c)).map(char::len_utf8).sum();
    let start = trimmed.len() - length;
    number(trimmed.get(start..)?).map(|month| (month, start))
}

/// Letters, and the marks of Indian and Thai writing.
fn is_of_a_name(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '\u{900}'..='\u{963}' | '\u{e00}'..='\u{e4e}')
}

/// The month of each name; of a name that two languages give to two months, the earlier.
static NUMBERS: LazyLock<BTreeMap<&str, u64>> = LazyLock::new(|| {
    let latest_first = MONTHS.iter().enumerate().rev();
    latest_first.flat_map(|(i, names)| names.iter().map(move |name| (*name, i as u64 + 1))).collect()
});

/// The month that `word` is the name of, in any case.
fn number(word: &str) -> Option<u64> {
    let mut buffer = [0; 16];
    // No name is shorter than this, in any script.
    if word.len() < 3 {
        return None;
    }
    let Some(lower) = buffer.get_mut(..word.len()).filter(|_| word.is_ascii()) else {
        return NUMBERS.get(word.to_lowercase().as_str()).copied();
    };
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    NUMBERS.get(str::from_utf8(lower).ok()?).copied()
}
