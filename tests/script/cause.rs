//! What incidents are made of: kinds of cause, and a grammar of what people and machines say.
//!
//! In a wording, `{a|b}` is a choice, which may hold others, and `$host`, `$service`, `$check`,
//! `$fault` and `$now` stand for what the incident is about.

use super::chance::Chance;

/// A kind of cause.
pub(crate) struct Cause {
    pub(crate) name: &'static str,
    pub(crate) hosts: &'static [&'static str],
    pub(crate) services: &'static [&'static str],
    pub(crate) check: &'static str,
    /// What programs log from the start on.
    pub(crate) fault: &'static str,
    /// What the monitoring says.
    pub(crate) output: &'static str,
    /// A change before the start, where one was made.
    pub(crate) change: &'static str,
    pub(crate) found: &'static str,
    pub(crate) plan: &'static str,
    pub(crate) act: &'static str,
    pub(crate) better: &'static str,
}

pub(crate) const CAUSES: [Cause; 10] = [
    Cause {
        name: "deploy",
        hosts: &["app-3", "app-7", "fra-app-02"],
        services: &["basket", "billing-api", "booking"],
        check: "HTTP 5xx",
        fault: "{NullReference in PriceStep|unhandled: price is undefined|no such column vat_rate}",
        output: "{5xx share at 31%|31 of 100 requests ended 500}",
        change: "{Ship|Release|Roll out} $service 4.18.0",
        found: "{it's 4.18, the new price step chokes on baskets without vat|found it: 4.18.0 reads a column that prod hasn't got|pretty sure the 18:xx release did this, stack trace points at PriceStep|Ursache gefunden: das neue Release liest ein Feld, das es in Prod nicht gibt}",
        plan: "{let's go back to 4.17|we take 4.18 out again, agreed w/ Marta|ok everyone, back to 4.17.3 - no hotfix}",
        act: "{4.17.3 going out now|reverting $service to 4.17.3|putting the old build back on $host and its mates}",
        better: "{old build is live everywhere, 500s gone from the graph|error share back under 0.1% since the revert|con la 4.17 ya no salen errores}",
    },
    Cause {
        name: "certificate",
        hosts: &["lb-1", "edge-4", "gw-ams-1"],
        services: &["partner gateway", "login", "mobile api"],
        check: "TLS handshake",
        fault: "{SSL_do_handshake() failed (SSL: certificate has expired)|peer refused: x509 not valid after midnight}",
        output: "{cert ended 0 d ago|handshake refused, notAfter is in the past}",
        change: "",
        found: "{the cert on $host ran out, renewal job never reloaded nginx|cert lapsed. renewed on disk 3 weeks ago but nobody reloaded|Zertifikat ist abgelaufen, der Cronjob hat nie neu geladen}",
        plan: "{I'd just reload $host by hand, objections?|copy the new one over and hup nginx, ok for all?}",
        act: "{nginx reloaded with the fresh chain on $host|pushing the renewed cert to $host}",
        better: "{handshakes fine again from my phone and from outside|openssl s_client shows the new date, logins work|le nouveau certificat est servi, les clients se connectent}",
    },
    Cause {
        name: "disk",
        hosts: &["pg-2", "store-5", "mx-1"],
        services: &["invoices", "uploads", "mail queue"],
        check: "disk /var",
        fault: "{write failed: No space left on device|could not extend file: No space left on device}",
        output: "{/var 0 MB free|/var at 100%}",
        change: "",
        found: "{/var on $host is stuffed with 190G of debug dumps|somebody left trace logging on since monday, ate all of /var on $host|el disco se llenó con los volcados de debug}",
        plan: "{drop the dumps older than a day and add 50G|we throw away the traces, then grow the lv}",
        act: "{deleting dumps on $host|lvextend +50G on $host done, resize running}",
        better: "{writes go through again, 61% used|queue drains, no write errors since a couple of min}",
    },
    Cause {
        name: "network",
        hosts: &["core-sw-2", "rtr-par-1", "tor-14"],
        services: &["paris site", "vpn", "shop backend"],
        check: "BGP peers",
        fault: "{upstream timed out (110: Connection timed out)|no route to 10.14.0.0/16}",
        output: "{2 of 4 peers up|peer 192.0.2.1 idle}",
        change: "{Renumber|Replace linecard in} $host",
        found: "{a line card on $host reboots in circles, both uplinks hang off it|$host leaks half a table since the renumbering, traffic goes via madrid|c'est la carte du $host, elle redémarre en boucle}",
        plan: "{shut both ports on $host, live with one path till morning|drain $host and run on the spare}",
        act: "{ports 1/1 and 1/2 on $host are shut|moved the uplinks off $host}",
        better: "{loss is at zero from 5 probes|latency looks like yesterday, no loss|sem perda de pacotes agora}",
    },
    Cause {
        name: "database",
        hosts: &["db-main-1", "pg-prod-a", "mysql-4"],
        services: &["orders", "ledger", "customer data"],
        check: "replication",
        fault: "{could not connect to primary|cannot execute INSERT in a read-only transaction}",
        output: "{replica is 1840 s behind|no primary answers}",
        change: "",
        found: "{primary $host lost its lease and the standby never took over|vacuum plus the nightly export starved $host, standby half an hour behind|der Standby hat nicht übernommen weil das quorum fehlte}",
        plan: "{promote the standby by hand, Ines has the pen|kill the export first, then switch over}",
        act: "{promoting standby|switchover of $host started, apps get the new dsn}",
        better: "{writes land on the new primary, lag 0|new primary takes orders, apps reconnected}",
    },
    Cause {
        name: "surge",
        hosts: &["web-11", "fe-3", "varnish-2"],
        services: &["ticket sale", "front page", "search"],
        check: "busy workers",
        fault: "{worker_connections are not enough|pool exhausted, 512 waiting}",
        output: "{512 of 512 workers busy|load 188}",
        change: "",
        found: "{tv spot went out an hour early, 9x the usual visitors|a scraper from two /24s hammers $service, 40k rps|é um bot, 40 mil pedidos por segundo no $service}",
        plan: "{throttle the two ranges and double the fleet|queue page on, then six more nodes}",
        act: "{limiter is armed at the edge|six nodes more behind $host}",
        better: "{p95 back at 200 ms, workers half idle|queue page is empty, visitors get through}",
    },
    Cause {
        name: "config",
        hosts: &["conf-1", "flag-2", "api-6"],
        services: &["payouts", "notifications", "rating"],
        check: "failed jobs",
        fault: "{unknown currency mode 'strict2'|limiter set to 0, rejecting}",
        output: "{1200 jobs failed in 5 min|rejects at 100%}",
        change: "{Turn on|Switch over} flag strict2 for $service",
        found: "{flag strict2 was on for all tenants not just beta|typo in the limits file: 0 where it should say 600|la bandera strict2 quedó activa para todos}",
        plan: "{flag off for all, beta too|put yesterday's limits file back}",
        act: "{strict2 is off again|yesterday's file is on $host, restarting workers}",
        better: "{jobs go through, backlog shrinks|no rejects in five minutes, looks sane}",
    },
    Cause {
        name: "provider",
        hosts: &["nat-eu-1", "s3-proxy", "sms-gw"],
        services: &["text messages", "card payments", "object store"],
        check: "provider reachability",
        fault: "{502 from provider after 10000 ms|provider answered 503 slow down}",
        output: "{0 of 3 probes reach the provider|provider error share 88%}",
        change: "",
        found: "{not us: their status page is red since ten minutes|provider confirms a problem in zone b, we sit right in there|der Dienstleister bestätigt Probleme in Zone B}",
        plan: "{send everything through the second carrier until they're done|switch to zone c, costs be damned}",
        act: "{traffic goes to the other carrier|moving $service to zone c}",
        better: "{other carrier takes it, delivery at 99%|zone c works for all tenants i checked}",
    },
    Cause {
        name: "dns",
        hosts: &["ns-2", "resolv-1", "unbound-3"],
        services: &["name lookup", "intranet", "api domain"],
        check: "DNS lookup",
        fault: "{host not found in upstream|lookup api.shop.example: SERVFAIL}",
        output: "{SERVFAIL for api.shop.example|no answer within 5 s}",
        change: "{Re-sign|Move} zone shop.example",
        found: "{DS at the parent doesn't match the new key, validators refuse us|zone file lost its glue in the move, $host serves an empty one|la zone est vide depuis le transfert}",
        plan: "{pull the DS at the registrar|load the zone of yesterday and bump the serial}",
        act: "{old zone loaded on $host, serial bumped|DS withdrawn at registrar}",
        better: "{lookups answer from 8 of 8 resolvers|dig is happy all over, ttl 60 helps}",
    },
    Cause {
        name: "power",
        hosts: &["pdu-b7", "rack-b7-sw", "ups-2"],
        services: &["hall B", "storage B", "vm cluster B"],
        check: "UPS input",
        fault: "{I/O error, dev sdc|lost contact with rack B7}",
        output: "{input voltage 0 V, on battery|feed B dead}",
        change: "",
        found: "{breaker of feed B tripped, electrician's drill hit it|UPS 2 went to bypass and its battery was shot|la alimentación B se cayó, saltó el interruptor}",
        plan: "{bring B7 up on feed A alone, storage first|wait for facilities, then start racks one by one}",
        act: "{B7 runs on feed A, powering up storage|breaker is in, starting the hosts in order}",
        better: "{all vms of B answer, raid rebuilt|hall B is lit, every host pings}",
    },
];

/// What people write when they take it on.
pub(crate) const TAKEN: &str = "{on it|taking this one|got the page, {opening laptop|at my desk in 2}|mine. $service?|ich schau mir $service an|yep seen, I {drive|lead} this|estou a ver|je prends}";
/// What customers write.
pub(crate) const COMPLAINT: &str = "{Hello, since about ten minutes our staff cannot use $service.|Hi team, $service gives us errors, all our offices are hit.|Guten Tag, bei uns geht $service seit eben nicht mehr.|Buenas, no podemos usar $service desde hace un rato.|Is there a problem with $service? Nothing loads here.}";
/// What goes out first, between, and last.
pub(crate) const OUTWARD: [&str; 3] = [
    "{We see failures in $service and are looking for the reason.|Some customers cannot use $service. Our engineers are at work.}",
    "{The reason for the failures in $service is known and a remedy is under way.|We know why $service fails and are putting it right.}",
    "{$service works for all customers again. We are sorry.|All is well with $service. An account of what happened will follow.}",
];
pub(crate) const CLOSED: &str = "{calling it, we're done here. pm on thursday|all clear, closing this one|standing down, thx all|Entwarnung, wir machen zu|we can close. writeup by me|damos por cerrado}";
pub(crate) const TICKET: &str =
    "{$service broken for customers|$service: many failures|outage $service|Störung $service}";
/// What must not be shown as key: said in the room while it happens.
pub(crate) const CHATTER: &str = "{is it over?|not over yet, sorry|my laptop is down lol|who has coffee|my vpn died, rejoining|any eta?|still red here|hm, interesting graph|ok|+1|it is never dns :)|I thought we fixed this in spring|could be $service? no idea|works for me but I'm in vienna|brb kid woke up|did anyone restart anything?|noch nicht weg bei mir|let me know when fixed|if it gets worse we roll everything back|should be resolved by xmas haha|nobody acked my holiday request either|no deploy today as far as i know|ça marche pas encore|todavía no|can someone mute the bot|lunch?}";
/// The same in rooms and mail that are about other things.
pub(crate) const ELSEWHERE: &str = "{planned work on printer-3 tonight is off|standup moved to ten|review please: retry budget|who broke the office wifi|kudos to the data team|the build is slow|fixed the coffee machine!|deploy freeze starts friday|upgrade of wiki postponed|lost my badge|looks like staging is down again, ignore|rolled back my chair to its old height}";
/// What hosts log when nothing is wrong.
pub(crate) const HUM: &str = "{(root) CMD (run-parts /etc/cron.hourly)|session $n closed for user deploy|accepted publickey for deploy from 192.0.2.$m|rotating logs|rtc time sync ok|slow query $n ms|retry $m of upstream, ok|health ok|user $n signed in|job $n took $m s|error: connection reset by peer, client $n|warning: cache miss ratio $m}";

/// One wording of that grammar.
pub(crate) fn say(chance: &mut Chance, grammar: &str) -> String {
    let mut said = String::new();
    let mut rest = grammar;
    while let Some(open) = rest.find('{') {
        said.push_str(&rest[..open]);
        let (choices, end) = choices(&rest[open + 1..]);
        let choice = chance.of(&choices);
        said.push_str(&say(chance, choice));
        rest = &rest[open + 1 + end..];
    }
    said + rest
}

/// The choices up to the brace that closes, and where it ends.
fn choices(text: &str) -> (Vec<&str>, usize) {
    let (mut found, mut start, mut depth) = (Vec::new(), 0, 0);
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '|' | '}' if depth == 0 => {
                found.push(&text[start..at]);
                start = at + 1;
                if letter == '}' {
                    return (found, start);
                }
            }
            _ => {}
        }
    }
    panic!("a brace is open in {text}")
}

/// Swaps two letters now and then, as fingers do.
pub(crate) fn typo(chance: &mut Chance, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() > 12 && chance.often(150) {
        let at = 3 + chance.below(letters.len() - 6);
        if letters[at].is_ascii_lowercase() && letters[at + 1].is_ascii_lowercase() {
            letters.swap(at, at + 1);
        }
    }
    letters.into_iter().collect()
}
