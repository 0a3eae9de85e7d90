//! Drafts from JSON: where the records lie, and which member is what.

use serde_json::Value;

use super::{Engine, Outline, SHOWN, formats_of, likely_kind, role};

/// Records that are looked at.
const RECORDS: usize = 300;
/// How deep records and their members are looked for.
const DEPTH: usize = 4;

/// A member by its path, with the values that it has in the records.
type Member = (String, Vec<String>);

pub(super) fn outline(text: &str) -> Option<Outline> {
    let start = text.trim_start();
    if !start.starts_with(['{', '[']) {
        return None;
    }
    let values: Vec<Value> = serde_json::Deserializer::from_str(start)
        .into_iter()
        .take(RECORDS)
        .map_while(Result::ok)
        .collect();
    let (path, records) = records(&values)?;
    let members = members(&records);
    let times: Vec<(&Member, (Vec<String>, bool))> =
        members.iter().filter_map(|member| Some((member, time(member)?))).collect();
    let always = |member: &Member| member.1.len() == records.len();
    let ((time, _), (formats, zoned)) = times.into_iter().min_by_key(|((name, values), _)| {
        (values.len() != records.len(), rank(name), name.matches('.').count())
    })?;
    let mut roles: Vec<(&'static str, String)> = Vec::new();
    for (name, _) in members.iter().filter(|(name, _)| name != time) {
        if let Some(role) = role(name).filter(|role| !roles.iter().any(|(other, _)| other == role))
        {
            roles.push((role, name.clone()));
        }
    }
    let mut need = vec![time.clone()];
    let named = roles.iter().map(|(_, name)| name);
    need.extend(
        members
            .iter()
            .filter(|member| always(member) && named.clone().any(|name| *name == member.0))
            .map(|(name, _)| name.clone())
            .take(4),
    );
    let fields = roles
        .iter()
        .filter(|(role, _)| *role != "detail" || roles.iter().any(|(other, _)| *other == "text"));
    let mut fields: Vec<(&'static str, String)> =
        fields.map(|(role, name)| (*role, format!("{{{name}}}"))).collect();
    if !fields.iter().any(|(role, _)| *role == "text") {
        let (name, _) = members.iter().find(|(name, _)| name != time)?;
        fields.push(("text", format!("{{{name}}}")));
    }
    Some(Outline {
        kind: Some(likely_kind(&roles.iter().map(|(role, _)| *role).collect::<Vec<_>>())),
        input: input(&path, &records),
        engine: Engine::Json { records: (!path.is_empty()).then_some(path), need },
        at: Some(format!("{{{time}}}")),
        formats,
        zoned,
        events: vec![fields],
        ..Outline::default()
    })
}

/// Where the records lie: the values themselves, or the longest list of objects in them.
fn records(values: &[Value]) -> Option<(String, Vec<&Value>)> {
    match values {
        [] => None,
        [one] => longest(one, "", 0).or_else(|| Some((String::new(), vec![one]))),
        many => Some((String::new(), many.iter().collect())),
    }
}

fn longest<'v>(value: &'v Value, path: &str, depth: usize) -> Option<(String, Vec<&'v Value>)> {
    match value {
        Value::Array(items) if items.iter().any(Value::is_object) => Some((
            format!("{path}[]"),
            items.iter().filter(|item| item.is_object()).take(RECORDS).collect(),
        )),
        Value::Object(members) if depth < DEPTH => {
            let dot = if path.is_empty() { "" } else { "." };
            let found = members.iter().filter_map(|(name, value)| {
                longest(value, &format!("{path}{dot}{}", step(name)), depth + 1)
            });
            // Of equally long lists the first one is meant.
            found.fold(None, |best: Option<(String, Vec<&Value>)>, next| match best {
                Some(best) if best.1.len() >= next.1.len() => Some(best),
                _ => Some(next),
            })
        }
        _ => None,
    }
}

/// A name as a step of a path.
fn step(name: &str) -> String {
    let plain =
        !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    if plain { name.to_owned() } else { format!("\"{name}\"") }
}

/// Texts and numbers of the records, by path, in the order of the first record that has them.
fn members(records: &[&Value]) -> Vec<Member> {
    let mut members: Vec<Member> = Vec::new();
    for record in records {
        collect(record, "", 0, &mut members);
    }
    members
}

fn collect(value: &Value, path: &str, depth: usize, members: &mut Vec<Member>) {
    let text = match value {
        Value::Object(object) if depth < DEPTH => {
            let dot = if path.is_empty() { "" } else { "." };
            return object.iter().for_each(|(name, value)| {
                collect(value, &format!("{path}{dot}{}", step(name)), depth + 1, members);
            });
        }
        Value::String(text) if !text.is_empty() => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return,
    };
    match members.iter_mut().find(|(name, _)| name == path) {
        Some((_, values)) => values.push(text),
        None => members.push((path.to_owned(), vec![text])),
    }
}

/// How the member writes times, if it holds any: a number is one only under a name that says so.
fn time((name, values): &Member) -> Option<(Vec<String>, bool)> {
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    let found = formats_of(&values)?;
    let number = found.0.iter().any(|format| format == "epoch" || format.starts_with("%Y%m%d%H"));
    (!number || rank(name) < NAMES.len()).then_some(found)
}

/// Parts of names that tell the time of a record, the best first.
const NAMES: [&str; 9] =
    ["timestamp", "time", "date", "ts", "created", "_at", "start", "when", "t"];

fn rank(name: &str) -> usize {
    let name = name.to_lowercase();
    let last = name.rsplit('.').next().unwrap_or(&name);
    let fits = |(at, word): (usize, &&str)| {
        let exact = last == *word || last.trim_start_matches('@') == *word;
        (exact || at < 3 && last.contains(*word) || word.starts_with('_') && last.ends_with(*word))
            .then_some(at)
    };
    NAMES.iter().enumerate().find_map(fits).unwrap_or(NAMES.len())
}

/// The first records, where they lie.
fn input(path: &str, records: &[&Value]) -> String {
    let lines: Vec<String> =
        records.iter().take(SHOWN).map(std::string::ToString::to_string).collect();
    let Some(list) = path.strip_suffix("[]") else { return lines.join("\n") + "\n" };
    let mut text = format!("[\n{}\n]", lines.join(",\n"));
    for name in list.rsplit('.').filter(|name| !name.is_empty()) {
        text = format!("{{\"{}\":{text}}}", name.trim_matches('"'));
    }
    text + "\n"
}
