//! Entities: host and service or check, whatever spelling a tool uses.
//!
//! Takes the names as the evidence writes them ([`Names`]), and once all are known settles which
//! stand for one ([`Entities`]): `CACHE-2`, `cache-2:9121` and `cache-2.example.net` are one host
//! where the evidence knows no other `cache-2`, `redis memory` and `Redis_Memory` one service.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

/// Whom an event speaks of. Numbers mean nothing outside one [`Entities`]; 0 is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entity {
    /// Its host.
    pub host: u32,
    /// Its service or check.
    pub service: u32,
}

impl Entity {
    /// Both host and service are known.
    pub fn whole(self) -> bool {
        self.host != 0 && self.service != 0
    }

    /// Both together, where they share what both know and share something: the one that says more.
    pub fn meet(self, other: Self) -> Option<Self> {
        let both =
            |one: u32, other: u32| (one == other || one == 0 || other == 0).then(|| one.max(other));
        let shared = |one: u32, other: u32| one != 0 && one == other;
        let met = Self {
            host: both(self.host, other.host)?,
            service: both(self.service, other.service)?,
        };
        (shared(self.host, other.host) || shared(self.service, other.service)).then_some(met)
    }
}

/// Names on their way in. The numbers given stand for spellings, in the order of coming.
#[derive(Debug, Default)]
pub struct Names {
    hosts: Interned,
    services: Interned,
}

#[derive(Debug, Default)]
struct Interned {
    known: HashMap<String, u32>,
    all: Vec<String>,
}

impl Interned {
    fn number(&mut self, name: String) -> u32 {
        if name.is_empty() {
            return 0;
        }
        if let Some(&number) = self.known.get(&name) {
            return number;
        }
        self.all.push(name.clone());
        let number = self.all.len() as u32;
        self.known.insert(name, number);
        number
    }
}

impl Names {
    /// The number of a host's spelling; 0 for an empty one.
    pub fn host(&mut self, name: &str) -> u32 {
        self.hosts.number(plain_host(name))
    }

    /// The number of a service's spelling; 0 for an empty one.
    pub fn service(&mut self, name: &str) -> u32 {
        self.services.number(plain_service(name))
    }

    /// Settles which spellings stand for one. `ties` are addresses and hosts that the evidence
    /// itself names together; an address that stands for two hosts (a virtual one, a NAT) is
    /// neither.
    pub fn settle(self, ties: &[(String, String)]) -> Entities {
        let mut all: BTreeSet<String> = self.hosts.all.iter().cloned().collect();
        let ties: Vec<(String, String)> =
            ties.iter().map(|(address, host)| (plain_host(address), plain_host(host))).collect();
        all.extend(ties.iter().map(|(_, host)| host.clone()));
        let mut stands_for = full_names(&all);
        stands_for.extend(addresses(&ties, &stands_for));
        let settled = |name: &String| stands_for.get(name).unwrap_or(name).clone();
        let (hosts, host_names) = numbered(&self.hosts.all, settled);
        let (services, service_names) = numbered(&self.services.all, String::clone);
        Entities { hosts, services, host_names, service_names }
    }
}

/// The settled names: which number of [`Names`] is which entity. The numbers of entities follow the
/// order of names, so they do not depend on the order in which the spellings came.
#[derive(Debug, Default)]
pub struct Entities {
    hosts: Vec<u32>,
    services: Vec<u32>,
    host_names: Vec<String>,
    service_names: Vec<String>,
}

impl Entities {
    /// The entity of two numbers that [`Names`] gave.
    pub fn entity(&self, host: u32, service: u32) -> Entity {
        let of = |list: &[u32], number: u32| {
            (number as usize).checked_sub(1).and_then(|at| list.get(at)).copied().unwrap_or(0)
        };
        Entity { host: of(&self.hosts, host), service: of(&self.services, service) }
    }

    /// An entity's names as they were settled, `cache-2.example.net` and `redismemory`; empty where
    /// not known.
    pub fn names(&self, entity: Entity) -> (&str, &str) {
        fn of(list: &[String], number: u32) -> &str {
            (number as usize).checked_sub(1).and_then(|at| list.get(at)).map_or("", String::as_str)
        }
        (of(&self.host_names, entity.host), of(&self.service_names, entity.service))
    }
}

/// Numbers for settled names, by their order: of each spelling, and the names.
fn numbered(spellings: &[String], settled: impl Fn(&String) -> String) -> (Vec<u32>, Vec<String>) {
    let of: Vec<String> = spellings.iter().map(settled).collect();
    let names: Vec<String> = of.iter().collect::<BTreeSet<_>>().into_iter().cloned().collect();
    let number = |name: &String| names.binary_search(name).map_or(0, |at| at as u32 + 1);
    (of.iter().map(number).collect(), names)
}

/// Which shorter name stands for which longer one: `cache-2` for `cache-2.example.net` where no
/// other name begins with `cache-2.`, unless it is a part of that one.
fn full_names(all: &BTreeSet<String>) -> BTreeMap<String, String> {
    let mut stands_for = BTreeMap::new();
    for name in all.iter().filter(|name| name.parse::<IpAddr>().is_err()) {
        // `/` is the character after `.`, so this range holds what begins with the name and a dot.
        let longer = || all.range(format!("{name}.")..format!("{name}/"));
        let Some(longest) = longer().max_by_key(|longer| longer.len()) else { continue };
        let part = |other: &String| {
            longest
                .strip_prefix(other.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        if name != "localhost" && longer().all(part) {
            stands_for.insert(name.clone(), longest.clone());
        }
    }
    stands_for
}

/// Which address stands for which host, among settled host names.
fn addresses(
    ties: &[(String, String)],
    stands_for: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let mut hosts: BTreeMap<&String, BTreeSet<&String>> = BTreeMap::new();
    for (address, host) in ties {
        let loopback = address.parse().is_ok_and(|address: IpAddr| address.is_loopback());
        if !loopback && host != "localhost" && address != host {
            hosts.entry(address).or_default().insert(stands_for.get(host).unwrap_or(host));
        }
    }
    let alone = |(address, hosts): (&String, BTreeSet<&String>)| {
        let host = hosts.first().filter(|_| hosts.len() == 1)?;
        Some((address.clone(), (*host).clone()))
    };
    hosts.into_iter().filter_map(alone).collect()
}

/// A host's name without what tools add: case, the root's dot, a port.
fn plain_host(name: &str) -> String {
    let name = name.trim();
    let name = match name.rsplit_once(':') {
        // More than one colon is an IPv6 address, which bears a port only behind brackets.
        Some((host, port))
            if (!host.contains(':') || host.ends_with(']'))
                && !port.is_empty()
                && port.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            host
        }
        _ => name,
    };
    let name = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    name.trim_end_matches('.').to_lowercase()
}

/// A service's name without what tools change: case, and what stands between its words, except
/// between digits: `disk 1 1` is not `disk 11`.
fn plain_service(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut between = false;
    for c in name.chars() {
        if c.is_whitespace() || matches!(c, '_' | '-' | '\u{2010}'..='\u{2015}') {
            between = true;
            continue;
        }
        let digits = c.is_ascii_digit() && out.ends_with(|last: char| last.is_ascii_digit());
        if between && digits {
            out.push(' ');
        }
        between = false;
        out.extend(c.to_lowercase());
    }
    out
}
