use super::*;

fn entities(hosts: &[&str], ties: &[(&str, &str)]) -> Vec<u32> {
    let mut names = Names::default();
    let numbers: Vec<u32> = hosts.iter().map(|host| names.host(host)).collect();
    let ties: Vec<(String, String)> =
        ties.iter().map(|(address, host)| ((*address).to_owned(), (*host).to_owned())).collect();
    let entities = names.settle(&ties);
    numbers.into_iter().map(|number| entities.entity(number, 0).host).collect()
}

fn same_host(one: &str, other: &str, beside: &[&str]) -> bool {
    let hosts = entities(&[&[one, other], beside].concat(), &[]);
    hosts[0] == hosts[1]
}

fn same_service(one: &str, other: &str) -> bool {
    let mut names = Names::default();
    names.service(one) == names.service(other)
}

#[test]
fn a_witness_is_small() {
    assert_eq!(size_of::<Witness>(), 32);
}

#[test]
fn news_travels_by_rank() {
    assert_eq!(Rank::of(Kind::Alert, "nagios", None), Rank::Monitoring);
    assert_eq!(Rank::of(Kind::Alert, "nagios", Some(Kind::Email)), Rank::Mail);
    assert_eq!(Rank::of(Kind::Alert, "prometheus", Some(Kind::Chat)), Rank::Chat);
    assert_eq!(Rank::of(Kind::Ticket, "statuspage", None), Rank::StatusPage);
    assert_eq!(Rank::of(Kind::Alert, "statuspage", Some(Kind::Email)), Rank::Mail);
    assert_eq!(Rank::of(Kind::Ticket, "jira", None), Rank::Ticket);
    assert_eq!(Rank::of(Kind::Log, "syslog", None), Rank::Log);
    assert!(Rank::Log < Rank::Monitoring && Rank::Chat < Rank::Mail && Rank::Mail < Rank::Ticket);
}

#[test]
fn words_of_tools_agree() {
    let monitoring = |word| State::of(word, Rank::Monitoring);
    for bad in ["FIRING", "PROBLEM", "Triggered", "In alarm", "ALARM", "open"] {
        assert_eq!(monitoring(bad), State::Bad(Level::Any), "{bad}");
        for level in ["CRITICAL", "DOWN", "WARNING", "UNKNOWN", "NO_DATA"] {
            assert!(!monitoring(bad).contradicts(monitoring(level)), "{bad} {level}");
        }
        for other in ["OK", "UP", "RESOLVED", "ACKNOWLEDGED", "FLAPPINGSTART", "reindexed"] {
            assert!(monitoring(bad).contradicts(monitoring(other)), "{bad} {other}");
        }
    }
    assert!(monitoring("CRITICAL").contradicts(monitoring("WARNING")));
    assert!(monitoring("CRITICAL").contradicts(monitoring("UNKNOWN")));
    assert!(monitoring("FLAPPINGSTART").contradicts(monitoring("FLAPPINGSTOP")));
    assert!(monitoring("CRITICAL").contradicts(monitoring("OK")));
    assert_eq!(monitoring("recovered"), monitoring("UP"));
}

#[test]
fn an_acknowledgement_keeps_its_level() {
    let mail = |word| State::of(word, Rank::Mail);
    let [any, warning, critical] = [Level::Any, Level::Warning, Level::Critical];
    assert_eq!(mail("ACKNOWLEDGED"), State::Acknowledged(any));
    assert_eq!(mail("ACKNOWLEDGED CRITICAL"), State::Acknowledged(critical));
    assert_eq!(mail("ACKNOWLEDGED WARNING"), State::Acknowledged(warning));
    assert_eq!(mail("ACKNOWLEDGED PROBLEM"), State::Acknowledged(any));
    assert_eq!(mail("ACKNOWLEDGED ACKNOWLEDGED"), State::Acknowledged(any));
    assert!(mail("ACKNOWLEDGED CRITICAL").contradicts(mail("ACKNOWLEDGED WARNING")));
    assert!(mail("ACKNOWLEDGED CRITICAL").contradicts(mail("CRITICAL")));
    assert_eq!(
        mail("ACKNOWLEDGED").meet(mail("ACKNOWLEDGED WARNING")),
        Some(State::Acknowledged(warning))
    );
}

#[test]
fn what_says_more_is_kept() {
    let (any, critical) = (State::Bad(Level::Any), State::Bad(Level::Critical));
    assert_eq!(any.meet(critical), Some(critical));
    assert_eq!(critical.meet(any), Some(critical));
    assert_eq!(State::Unknown.meet(any), Some(State::Unknown));
    assert_eq!(State::Other.meet(State::Other), None);
}

#[test]
fn a_word_means_what_its_kind_of_input_means() {
    // A connection of a firewall, an alert, a ticket that a human closes, a status page.
    assert_eq!(State::of("OPEN", Rank::Log), State::Other);
    assert_eq!(State::of("CLOSED", Rank::Log), State::Other);
    assert_eq!(State::of("DOWN", Rank::Log), State::Bad(Level::Critical));
    assert_eq!(State::of("closed", Rank::Monitoring), State::Good);
    assert_eq!(State::of("New", Rank::Ticket), State::Bad(Level::Any));
    assert_eq!(State::of("Resolved", Rank::Ticket), State::Other);
    assert_eq!(State::of("resolved", Rank::StatusPage), State::Other);
    assert_eq!(State::of("", Rank::Monitoring), State::Other);
}

#[test]
fn hosts_have_many_spellings() {
    assert!(same_host("cache-2", "CACHE-2", &[]));
    assert!(same_host("cache-2", "cache-2.example.net.", &[]));
    assert!(same_host("cache-2:9121", "cache-2.example.net", &[]));
    assert!(same_host("[2001:db8::1]:9100", "2001:DB8::1", &[]));
    assert!(same_host("cache-2.fra", "cache-2", &["cache-2.fra.example.net"]));
    assert!(same_host("cache-2", "cache-2.example.net", &["cache-20.test"]));
}

#[test]
fn a_short_name_of_two_is_neither() {
    let hosts = entities(&["cache-2", "cache-2.fra.test", "cache-2.zrh.test"], &[]);
    assert!(hosts[0] != hosts[1] && hosts[0] != hosts[2] && hosts[1] != hosts[2]);
    assert!(!same_host("cache-2", "cache-20.example.net", &[]));
    assert!(!same_host("localhost", "localhost.localdomain", &[]));
    assert!(!same_host("10.0.0.1", "10.0.0.1.example.net", &[]));
}

#[test]
fn addresses_are_hosts_where_the_evidence_says_so() {
    let all = ["cache-2", "10.0.0.7", "cache-2.example.net"];
    let hosts = entities(&all, &[("10.0.0.7", "cache-2")]);
    assert!(hosts[0] == hosts[1] && hosts[1] == hosts[2]);
    let hosts = entities(&all, &[]);
    assert_ne!(hosts[0], hosts[1]);
    // A virtual address, and one that every host has.
    let hosts = entities(&all, &[("10.0.0.7", "cache-2"), ("10.0.0.7", "cache-3")]);
    assert_ne!(hosts[0], hosts[1]);
    let hosts = entities(&["127.0.0.1", "cache-2"], &[("127.0.0.1", "cache-2")]);
    assert_ne!(hosts[0], hosts[1]);
}

#[test]
fn services_have_many_spellings() {
    assert!(same_service("redis memory", "Redis_Memory"));
    assert!(same_service("redis-memory", "RedisMemory"));
    assert!(same_service("disk 1", "disk1"));
    assert!(!same_service("disk 1 1", "disk 11"));
    assert!(!same_service("disk /var", "disk var"));
}

#[test]
fn numbers_do_not_depend_on_the_order_of_coming() {
    let all = ["web-1", "cache-2.example.net", "cache-2", "10.0.0.7"];
    let back: Vec<&str> = all.iter().rev().copied().collect();
    let mut reversed = entities(&back, &[]);
    reversed.reverse();
    assert_eq!(entities(&all, &[]), reversed);
}

#[test]
fn entities_meet_where_nothing_contradicts() {
    let entity = |host, service| Entity { host, service };
    assert_eq!(entity(1, 2).meet(entity(1, 0)), Some(entity(1, 2)));
    assert_eq!(entity(0, 2).meet(entity(1, 2)), Some(entity(1, 2)));
    assert_eq!(entity(1, 2).meet(entity(1, 3)), None);
    assert_eq!(entity(1, 2).meet(entity(3, 2)), None);
    assert_eq!(entity(1, 0).meet(entity(0, 2)), None);
}

#[test]
fn a_witness_needs_someone_a_state_and_a_time() {
    let good = Witness {
        instant: 0,
        input: 0,
        tick: 0,
        entity: Entity { host: 1, service: 0 },
        state: State::Good,
        rank: Rank::Log,
        precision: Precision::Minute,
    };
    assert_eq!(good.tells(), Some(Side::Good));
    assert_eq!(Witness { precision: Precision::Hour, ..good }.tells(), None);
    assert_eq!(Witness { entity: Entity::default(), ..good }.tells(), None);
    assert_eq!(Witness { state: State::Other, ..good }.tells(), None);
}
