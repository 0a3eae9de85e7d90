use super::*;

fn at(minute: u16, zone: &str) -> Clock {
    Clock { minute, zone: (!zone.is_empty()).then(|| zone.to_owned()) }
}

#[test]
fn promises_are_read() {
    let cases = [
        ("Next update in 30 minutes.", Some(When::In(30 * MINUTE))),
        ("we will post another update within the next 2 hours", Some(When::In(120 * MINUTE))),
        ("next update in half an hour", Some(When::In(30 * MINUTE))),
        ("Next update at 14:30 UTC", Some(When::At(at(870, "UTC")))),
        ("next update by 2:30 pm", Some(When::At(at(870, "")))),
        ("next update: 3pm CET", Some(When::At(at(900, "CET")))),
        ("updates every 15min", Some(When::In(15 * MINUTE))),
        ("Nächstes Update um 14.30 Uhr", Some(When::At(at(870, "")))),
        ("nächste Info in 20 Minuten", Some(When::In(20 * MINUTE))),
        ("Próxima actualización en 45 minutos", Some(When::In(45 * MINUTE))),
        ("prochain point dans une heure", Some(When::In(60 * MINUTE))),
        ("prochain point à 14h30", Some(When::At(at(870, "")))),
        ("próxima atualização em 1 hora", Some(When::In(60 * MINUTE))),
        ("next update in 30-45 minutes", Some(When::In(45 * MINUTE))),
        ("next update when we know more. It took 30 minutes", None),
        ("restarted in 30 minutes", None),
    ];
    for (text, wanted) in cases {
        assert_eq!(due(text), wanted, "{text}");
    }
}

#[test]
fn claims_of_a_start_are_read() {
    let cases = [
        ("down since 10:05", Some(at(605, ""))),
        ("errors started around 09:40 UTC", Some(at(580, "UTC"))),
        ("since about 0940z nothing works", Some(at(580, "Z"))),
        ("seit 9 Uhr geht nichts", Some(at(540, ""))),
        ("desde las 10:05 no responde", Some(at(605, ""))),
        ("depuis 10h05", Some(at(605, ""))),
        ("desde as 10h05 o site caiu", Some(at(605, ""))),
        ("since version 10.05 it is slow", None),
        ("since the deploy", None),
        ("since 2026", None),
    ];
    for (text, wanted) in cases {
        assert_eq!(since(text), wanted, "{text}");
    }
}

#[test]
fn a_clock_time_is_the_last_before_or_the_first_after() {
    let noon = 12 * 60 * MINUTE + 20_000 * DAY;
    let clock = at(605, "");
    assert_eq!(clock.before(noon, 0), noon - 115 * MINUTE);
    assert_eq!(clock.before(noon - 120 * MINUTE, 0), noon - 115 * MINUTE - DAY);
    assert_eq!(clock.after(noon, 0), noon - 115 * MINUTE + DAY);
    assert_eq!(clock.before(noon, 60 * MINUTE), noon - 175 * MINUTE);
}
