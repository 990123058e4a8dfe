//! Planning: many customers, many successors, affinity with all its factors. The platform and the
//! database have no part in it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use jiebang_domain::directory::{Member, MemberStatus};
use jiebang_domain::handover::Kind;
use jiebang_domain::handover::affinity::{LANGUAGE_FIELD, Tie};
use jiebang_domain::handover::assign;
use jiebang_domain::handover::plan::{Cast, Ties, assign_customers, problem_of};
use jiebang_domain::handover::request::{
    Assignment, Condition, CustomerSubject, Profile, RecordScope, Request, Rule, Share,
};
use jiebang_domain::handover::team::{Chain, MemberProfile, Target, Teammate};
use jiebang_domain::id::{ExternalUserId, IdError, UserId};
use jiebang_domain::time::Timestamp;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use super::Args;
use crate::harness::{Error, peak_memory};
use crate::out::Out;

const CUSTOMERS: u32 = 20_000;
const SUCCESSORS: u32 = 50;
/// Kinds of regions, products and languages.
const KINDS: u32 = 8;

pub(super) fn measure(args: &Args, out: &Out) -> Result<Value, Error> {
    let customers = args.customers.unwrap_or(CUSTOMERS);
    let successors = args.successors.unwrap_or(SUCCESSORS);
    out.note(format!(
        "plan: {customers} customers, {successors} successors"
    ));
    let world = Generated::new(args.seed, customers, successors)?;
    let chain = Chain::default();
    let cast = Cast {
        team: &world.team,
        chain: &chain,
        limit: 20_000,
    };
    let began = Instant::now();
    let rows = assign_customers(&world.request, &cast, &world.customers, &world.ties);
    let seconds = began.elapsed().as_secs_f64();
    let assigned = rows.iter().filter(|row| row.successor.is_some()).count();
    out.note("plan: proving that no other plan is better");
    let problem = problem_of(&world.request, &cast, &world.customers, &world.ties);
    let seats = assign::solve(&problem);
    let prices = assign::prices(&problem, &seats);
    let (cost, bound) = (
        assign::cost(&problem, &seats),
        assign::bound(&problem, &seats, &prices),
    );
    #[expect(clippy::cast_precision_loss, reason = "a ratio for people to read")]
    let gap = (cost - bound) as f64 / bound.unsigned_abs().max(1) as f64;
    Ok(json!({
        "bench": "plan", "customers": customers,
        "successors": successors,
        "assigned": assigned,
        "seconds": (seconds * 1000.0).round() / 1000.0,
        "optimality_gap": gap,
        "rss_mb": peak_memory(std::process::id()),
    }))
}

struct Generated {
    request: Request,
    team: Vec<Teammate>,
    customers: Vec<CustomerSubject>,
    ties: Ties,
}

impl Generated {
    fn new(seed: u64, customers: u32, successors: u32) -> Result<Self, IdError> {
        let mut rng = StdRng::seed_from_u64(seed);
        let team = (0..successors).map(|index| mate(&mut rng, index, customers / successors));
        let team = team.collect::<Result<Vec<_>, _>>()?;
        let customers: Vec<_> = (0..customers)
            .map(|index| customer(&mut rng, index))
            .collect::<Result<_, _>>()?;
        let ties = customers
            .iter()
            .map(|_| ties(&mut rng, team.len()))
            .collect();
        Ok(Self {
            request: request()?,
            team,
            customers,
            ties,
        })
    }
}

fn word(rng: &mut StdRng, kind: &str) -> String {
    format!("{kind}{}", rng.random_range(0..KINDS))
}

/// Room is scarce: half of them have less than a fair share left.
fn mate(rng: &mut StdRng, index: u32, share: u32) -> Result<Teammate, IdError> {
    let userid = UserId::parse(format!("member{index:03}"))?;
    let cap = if index.is_multiple_of(2) {
        share * 4 / 5
    } else {
        share * 2
    };
    let mut words = |kind: &str| BTreeSet::from([word(rng, kind), word(rng, kind)]);
    let profile = MemberProfile {
        cap: Some(cap),
        regions: words("region"),
        business: words("business"),
        languages: words("language"),
        ..MemberProfile::default()
    };
    Ok(Teammate {
        member: Member {
            name: userid.to_string(),
            userid,
            departments: vec![1],
            status: MemberStatus::Active,
            customer_contact: true,
            left_at: None,
            gone: false,
        },
        profile,
        within: BTreeSet::from([1]),
        leads: BTreeSet::new(),
        load: 0,
    })
}

fn customer(rng: &mut StdRng, index: u32) -> Result<CustomerSubject, IdError> {
    let language = (LANGUAGE_FIELD.to_owned(), word(rng, "language"));
    Ok(CustomerSubject {
        external_userid: ExternalUserId::parse(format!("wm{index:07}"))?,
        name: String::new(),
        tags: BTreeSet::new(),
        region: Some(word(rng, "region")),
        business: Some(word(rng, "business")),
        added_at: Timestamp::from_seconds(i64::from(index)),
        add_way: 1,
        groups: BTreeSet::new(),
        profile: Profile {
            fields: BTreeMap::from([language]),
            ..Profile::default()
        },
        followers: BTreeSet::new(),
        stays: false,
    })
}

/// One in three customers has had to do with somebody.
fn ties(rng: &mut StdRng, team: usize) -> Vec<(usize, Tie)> {
    if !rng.random_bool(0.33) {
        return Vec::new();
    }
    let tie = Tie {
        follows: rng.random_bool(0.2),
        served_before: rng.random_bool(0.5),
        shared_groups: rng.random_range(0..3),
    };
    vec![(rng.random_range(0..team), tie)]
}

fn request() -> Result<Request, IdError> {
    Ok(Request {
        leaver: UserId::parse("leaver")?,
        kind: Kind::Resigned,
        customers: Some(Condition::default()),
        groups: None,
        assignment: Assignment::Rules {
            rules: vec![Rule {
                name: "all".to_owned(),
                when: Condition::default(),
                to: Target::Department { department: 1 },
                share: Share::Affinity,
                never: Vec::new(),
            }],
            otherwise: None,
        },
        groups_to: Vec::new(),
        must: Vec::new(),
        must_not: Vec::new(),
        cap: None,
        rule_set: None,
        record_scope: RecordScope::None,
        record_kinds: BTreeSet::new(),
        note: String::new(),
        message: None,
    })
}
