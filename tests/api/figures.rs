//! The figures that lists compute in SQL, against the rules in Rust, over a thousand random teachers.

use std::collections::{BTreeMap, HashMap};

use chrono::{Days, NaiveDate};
use diesel::connection::SimpleConnection;
use serde::de::DeserializeOwned;
use songjiao_api::{
    db::Actor,
    hours::{
        credits,
        exemptions::batch::{self as exemptions, NewExemption},
        hour_records::{
            entry::{Content, LedgerEntry, RecordKey, RecordSource, Training},
            ledger,
        },
        quotas::{
            months::{Absence, OwedMonths, months_over},
            rules,
        },
    },
    people::{
        self,
        policies::{self, CountyPolicies, TrainingYear},
    },
};
use songjiao_tests::{Session, TestApp, clock};
use songjiao_types::{
    ExemptionId, Hours, TeacherId, WireEnum,
    credits::{CreditStatus, CreditView},
    exemptions::ExemptionKind,
    hour_records::HourRecordStatus,
    policies::MonthBasis,
    quotas::{QuotaStatus, QuotaSummary, QuotaView},
    statistics::TrendView,
    training::{TrainingDimension, TrainingLevel, TrainingMode},
};
use uuid::Uuid;

const TEACHERS: usize = 1000;
const YEARS: std::ops::RangeInclusive<i32> = 2014..=2028;

/// SplitMix64 from a fixed seed: the same teachers in every run.
pub struct Random(pub u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn one_in(&mut self, bound: u64) -> bool {
        self.below(bound) == 0
    }

    /// A day of the years from 2014 on, often the first or the last of a month.
    fn day(&mut self) -> NaiveDate {
        let (year, month) = (2014 + i32::try_from(self.below(15)).unwrap(), 1 + u32::try_from(self.below(12)).unwrap());
        let first = NaiveDate::from_ymd_opt(year, month, 1).unwrap();
        match self.below(3) {
            0 => first,
            1 => first - Days::new(1),
            _ => first + Days::new(self.below(31)),
        }
    }
}

/// A teacher as the test knows them.
pub struct Teacher {
    id: TeacherId,
    /// First and last days of service, in order and apart.
    spells: Vec<(NaiveDate, Option<NaiveDate>)>,
    exemptions: Vec<(NaiveDate, NaiveDate)>,
    /// Recognised and pending hours by year.
    hours: HashMap<i32, (Hours, Hours)>,
}

impl Teacher {
    fn random(random: &mut Random) -> Self {
        let first = random.day();
        let mut spells = vec![(first, random.one_in(2).then(|| random.day().max(first)))];
        if let Some(left) = spells[0].1.filter(|_| random.one_in(2)) {
            let back = left + Days::new(1 + random.below(900));
            spells.push((back, random.one_in(2).then(|| back + Days::new(random.below(1500)))));
        }
        let exemptions = (0..random.below(4)).map(|_| {
            let first = random.day();
            (first, first + Days::new(random.below(500)))
        });
        let exemptions = exemptions.collect();
        Self { id: TeacherId::from_uuid(Uuid::now_v7()), spells, exemptions, hours: HashMap::new() }
    }

    /// Up to two records a year; around the requirement, so that a tenth decides.
    fn earn(&mut self, random: &mut Random) -> Vec<LedgerEntry> {
        let mut entries = Vec::new();
        // Nothing is asked before the first policy.
        for training_year in YEARS.filter(|year| (2016..=2027).contains(year)) {
            for number in 0..random.below(3) {
                let hours = match random.below(3) {
                    0 => Hours::whole(i64::try_from(6 * (1 + random.below(12))).unwrap()),
                    _ => Hours::from_hundredths(i64::try_from(1 + random.below(9000)).unwrap()),
                };
                let recognized = !random.one_in(4);
                let day = NaiveDate::from_ymd_opt(training_year, 6, 1).unwrap();
                // Hours without service on their day, or in a training year that begins after it, are refused.
                let new_year = NaiveDate::from_ymd_opt(training_year + 1, 1, 1).unwrap();
                if !self.spells.iter().any(|(first, last)| *first <= day && last.is_none_or(|last| last >= new_year)) {
                    continue;
                }
                let (counted, pending) = self.hours.entry(training_year).or_default();
                *(if recognized { counted } else { pending }) += hours;
                let training = Training {
                    training_year,
                    // No day has more than 8 of the hours.
                    starts_on: day - chrono::Days::new(15),
                    ends_on: day,
                    hours,
                    level: TrainingLevel::ALL[usize::try_from(random.below(6)).unwrap()],
                    mode: TrainingMode::Online,
                    dimension: TrainingDimension::ALL.get(usize::try_from(random.below(4)).unwrap()).copied(),
                    // Equal titles on one day would be suspected duplicates.
                    title: format!("研修{number}"),
                    institution: "进修学校".to_owned(),
                };
                let key = RecordKey::External {
                    source: RecordSource::named("random".to_owned()),
                    id: Uuid::now_v7().to_string(),
                };
                let status = if recognized { HourRecordStatus::Recognized } else { HourRecordStatus::Pending };
                entries.push(LedgerEntry::new(key, Content { teacher_id: self.id, training }, status));
            }
        }
        entries
    }

    fn serves(&self, year: &TrainingYear) -> bool {
        let within = |(first, last): &(NaiveDate, Option<NaiveDate>)| {
            *first <= year.last_day && last.is_none_or(|last| last >= year.first_day)
        };
        self.spells.iter().any(within)
    }

    fn owed(&self, policies: &CountyPolicies, year: &TrainingYear) -> OwedMonths {
        let spans: Vec<_> = self.spells.iter().map(|(first, last)| (*first, last.unwrap_or(NaiveDate::MAX))).collect();
        let first_day = policies.year_of(spans[0].0).first_day;
        let absence = Absence::new(&spans, &self.exemptions, first_day, policies.year(2030).last_day).unwrap();
        if self.serves(year) { absence.owed(year, MonthBasis::Elapsed) } else { OwedMonths::default() }
    }

    fn recognized(&self, year: i32) -> Hours {
        self.hours.get(&year).copied().unwrap_or_default().0
    }

    /// Required, recognised and pending hours of a year in which the teacher serves.
    fn quota(&self, policies: &CountyPolicies, year: &TrainingYear) -> Option<(Hours, Hours, Hours)> {
        let pending = self.hours.get(&year.year).copied().unwrap_or_default().1;
        let annual = year.annual_hours;
        let required = rules::required(annual, self.owed(policies, year).count(), year.months);
        self.serves(year).then(|| (required, self.recognized(year.year), pending))
    }

    /// Required, recognised and due hours of a cycle.
    fn credit(&self, policies: &CountyPolicies, years: &[TrainingYear], today: NaiveDate) -> [Hours; 3] {
        let mut sums = [Hours::ZERO; 3];
        for year in years {
            let figures = &policies.of_year(year.year).figures;
            let (owed, months) = (self.owed(policies, year), year.months);
            let share = |owed: i32| rules::share(figures.cycle_hours, 5, owed, months);
            sums[0] += share(owed.count());
            sums[1] += self.recognized(year.year);
            sums[2] += share(owed.count_of_first(months_over(year, today)));
        }
        sums
    }
}

/// Writes the teachers, their exemptions and their hours.
pub fn write(app: &TestApp, by: &str, organization: &str, random: &mut Random) -> Vec<Teacher> {
    let mut teachers: Vec<_> = (0..TEACHERS).map(|_| Teacher::random(random)).collect();
    let entries: Vec<_> = teachers.iter_mut().flat_map(|teacher| teacher.earn(random)).collect();
    let actor = Actor { user_id: Some(by.parse().unwrap()), ..Actor::system() };
    let write = |tx: &mut songjiao_api::db::Tx<'_>| {
        let row = |(number, teacher): (usize, &Teacher)| {
            let (first, last) = (teacher.spells[0].0, teacher.spells[teacher.spells.len() - 1].1);
            let left_on = last.map_or("NULL".to_owned(), |day| format!("'{day}'"));
            format!(
                "('{}', 'R{number:04}', '教师', '{organization}', '语文', 'primary', '{}', {left_on}, 'active', false, 1, \
                 '2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000')",
                teacher.id, first
            )
        };
        let rows: Vec<_> = teachers.iter().enumerate().map(row).collect();
        tx.conn.batch_execute(&format!(
            "INSERT INTO teachers (id, teacher_no, name, organization_id, subject, stage, joined_on, left_on, status, \
                 backbone, version, created_at, updated_at) VALUES {}",
            rows.join(", ")
        ))?;
        let spell = |teacher: &Teacher| {
            let row = |(first, last): &(NaiveDate, Option<NaiveDate>)| {
                let (id, reason) = (Uuid::now_v7(), if last.is_some() { "'other'" } else { "NULL" });
                let last = last.map_or("NULL".to_owned(), |day| format!("'{day}'"));
                let instant = "'2026-01-01 00:00:00.000000'";
                format!(
                    "('{id}', '{}', '{organization}', '{first}', {last}, {reason}, {instant}, {instant}, 1)",
                    teacher.id
                )
            };
            teacher.spells.iter().map(row).collect::<Vec<_>>()
        };
        let rows: Vec<_> = teachers.iter().flat_map(spell).collect();
        tx.conn.batch_execute(&format!(
            "INSERT INTO appointments (id, teacher_id, organization_id, starts_on, ends_on, end_reason, confirmed_at, \
                 recorded_at, version) VALUES {}",
            rows.join(", ")
        ))?;
        let exemption = |teacher_id, (starts_on, ends_on): &(NaiveDate, NaiveDate)| NewExemption {
            id: ExemptionId::from_uuid(Uuid::now_v7()),
            teacher_id,
            kind: ExemptionKind::Other,
            starts_on: *starts_on,
            ends_on: *ends_on,
            reason: None,
            created_by: by.parse().unwrap(),
            version: 1,
            created_at: tx.now,
            updated_at: tx.now,
            confirmed_at: Some(tx.now),
            confirmed_by: Some(by.parse().unwrap()),
        };
        let exempt = |teacher: &Teacher| teacher.exemptions.iter().map(|span| exemption(teacher.id, span)).collect();
        let rows: Vec<_> = teachers.iter().flat_map(|teacher| -> Vec<_> { exempt(teacher) }).collect();
        exemptions::insert(tx.conn, &rows)?;
        let outcomes = ledger::append(tx, entries.clone())?.outcomes;
        // A person recognises what is flagged: under some calendars the day is outside its training year.
        let flagged = entries.iter().zip(outcomes).filter_map(|(entry, outcome)| match outcome {
            ledger::Outcome::Recorded { id, holds, .. } if entry.status == HourRecordStatus::Recognized => {
                (!holds.is_empty()).then_some(id)
            }
            _ => None,
        });
        ledger::decide(tx, &flagged.collect::<Vec<_>>(), HourRecordStatus::Recognized, None)?;
        people::effects::policies_changed(tx, organization.parse().unwrap())
    };
    app.db.write_now(actor, write).unwrap();
    teachers
}

async fn list<V: DeserializeOwned>(admin: &Session, path: &str) -> Vec<V> {
    let rows = admin.all(&format!("{path}&limit=500")).await;
    rows.into_iter().map(|row| serde_json::from_value(row).unwrap()).collect()
}

#[actix_web::test]
async fn the_figures_in_sql_are_those_of_the_rules() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    // Annual hours that a twelfth does not divide, and years that begin in September.
    for (effective_from, annual_hours, cycle_hours, month) in
        [("2020-01-01", 80.5, 360, 1), ("2024-09-01", 71.9, 90, 9)]
    {
        let policy = serde_json::json!({
            "effective_from": effective_from, "annual_hours": annual_hours, "cycle_hours": cycle_hours,
            "cycle_years": 5, "cycle_first_year": 2016, "year_starts_month": month, "absence_limit_numerator": 1,
            "absence_limit_denominator": 5, "elimination_percent": 10, "publicity_days": 5, "visits_per_year": 4,
            "days_per_visit": 2, "reviews_required": 2, "certificate_prefix": "SL",
        });
        admin.post("/policies", policy).await.expect(201);
    }
    let teachers = write(&app, &admin.me("/id"), &admin.me("/organization/id"), &mut Random(82));
    let policies = app.db.read_now(policies::all).unwrap();
    let policies = policies.root();
    let mut met_by_year = BTreeMap::new();
    for number in YEARS {
        let year = policies.year(number);
        let expected: BTreeMap<TeacherId, _> = teachers
            .iter()
            .filter(|_| number >= policies.first_year())
            .filter_map(|teacher| Some((teacher.id, teacher.quota(policies, &year)?)))
            .collect();
        let rows: Vec<QuotaView> = list(&admin, &format!("/quotas?training_year={number}&sort=-remaining_hours")).await;
        assert!(rows.is_sorted_by_key(|row| std::cmp::Reverse(row.remaining_hours)), "{number}");
        let figures = |row: &QuotaView| (row.teacher_id, (row.required_hours, row.recognized_hours, row.pending_hours));
        assert_eq!(rows.iter().map(figures).collect::<BTreeMap<_, _>>(), expected, "{number}");
        let is_met = |row: &&QuotaView| rules::status(row.required_hours, row.counted_hours, false) == QuotaStatus::Met;
        let met: Vec<_> = rows.iter().filter(is_met).map(|row| row.teacher_id).collect();
        let listed: Vec<QuotaView> =
            list(&admin, &format!("/quotas?training_year={number}&sort=-remaining_hours&status=met")).await;
        assert_eq!(listed.iter().map(|row| row.teacher_id).collect::<Vec<_>>(), met, "{number}");
        let summary = admin.get(&format!("/quotas/summary?training_year={number}")).await.expect(200);
        let summary: QuotaSummary = serde_json::from_value(summary).unwrap();
        let sum = |hours: fn(&QuotaView) -> Hours| rows.iter().map(hours).sum::<Hours>();
        let exempt = rows.iter().filter(|row| row.required_hours == Hours::ZERO).count();
        assert_eq!(
            (summary.teachers, summary.met, summary.exempt, summary.short),
            (count(rows.len()), count(met.len()), count(exempt), count(rows.len() - met.len() - exempt)),
            "{number}"
        );
        assert_eq!(
            [summary.required_hours, summary.recognized_hours, summary.pending_hours, summary.remaining_hours],
            [
                sum(|row| row.required_hours),
                sum(|row| row.recognized_hours),
                sum(|row| row.pending_hours),
                sum(|row| row.required_hours.saturating_sub(row.recognized_hours)),
            ],
            "{number}"
        );
        met_by_year.insert(number, (count(rows.len()), count(met.len())));
    }

    let today = clock().today();
    let mut by_cycle = BTreeMap::new();
    for first in [2016, 2021, 2026] {
        let (years, _) = policies.cycle(first).unwrap();
        let running = years[4].last_day >= today;
        let mut expected: HashMap<CreditStatus, BTreeMap<TeacherId, _>> = HashMap::new();
        for teacher in teachers.iter().filter(|teacher| years.iter().any(|year| teacher.serves(year))) {
            let [required, recognized, due] = teacher.credit(policies, &years, today);
            let status = credits::rules::status(required, recognized, Hours::ZERO, due, running);
            let is_short = |year: &&TrainingYear| {
                let (required, recognized, _) = teacher.quota(policies, year).unwrap_or_default();
                year.last_day < today && recognized < required
            };
            let short_years = i32::try_from(years.iter().filter(is_short).count()).unwrap();
            let figures = (required, recognized, due, short_years);
            expected.entry(status).or_default().insert(teacher.id, figures);
        }
        for status in CreditStatus::ALL {
            let path = format!("/credits?cycle_first_year={first}&sort=remaining_hours&status={}", status.as_str());
            let rows: Vec<CreditView> = list(&admin, &path).await;
            assert!(rows.is_sorted_by_key(|row| row.remaining_hours), "{path}");
            let figures = |row: &CreditView| {
                (row.teacher_id, (row.required_hours, row.recognized_hours, row.due_hours, row.short_years))
            };
            let listed: BTreeMap<_, _> = rows.iter().map(figures).collect();
            assert_eq!(listed, expected.get(status).cloned().unwrap_or_default(), "{path}");
        }
        let statuses = [CreditStatus::Met, CreditStatus::OnTrack, CreditStatus::Behind, CreditStatus::Exempt];
        by_cycle.insert(first, statuses.map(|status| count(expected.get(&status).map_or(0, BTreeMap::len))));
    }

    let trend: TrendView = serde_json::from_value(admin.get("/statistics/trend").await.expect(200)).unwrap();
    for year in trend.years {
        assert_eq!((year.teachers, year.met), met_by_year[&year.training_year], "{}", year.training_year);
    }
    for cycle in trend.cycles {
        assert_eq!([cycle.met, cycle.on_track, cycle.behind, cycle.exempt], by_cycle[&cycle.cycle_first_year]);
    }
}

fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap()
}
