//! Compares every figure of the API with the model's.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use model::{
    county::QuotaStatus,
    hours::{Flag, Hold, HourRecord, RecordStatus},
    ids::TeacherId,
    rules::{
        calendar::{cycle_of, year_of},
        credit::{Credit, CreditStatus, credit},
        duplicates::{Unit, open_groups},
        figures::{by_place, by_teacher},
        holds::holds,
        place::place_of,
        quota::{Quota, quota},
        service::organization_on,
        whose_year::whose_year,
    },
};
use serde_json::{Value, json};
use songjiao_tests::id;

use crate::{
    driver::{Driver, Outcome, expect, hours},
    explanations,
};

/// Compares fields of an answer with what the model expects of them.
pub fn same(what: &str, found: &Value, expected: &[(&str, Value)]) -> Outcome<()> {
    let equal = |found: &Value, expected: &Value| match (found.as_f64(), expected.as_f64()) {
        (Some(found), Some(expected)) => (found - expected).abs() < 1e-9,
        _ => found == expected,
    };
    let differ: Vec<String> = expected
        .iter()
        .filter(|(name, value)| !equal(&found[name], value))
        .map(|(name, value)| format!("{name} is {}, the model says {value}", found[name]))
        .collect();
    if differ.is_empty() { Ok(()) } else { Err(format!("{what}: {}", differ.join("; "))) }
}

fn quota_status(status: QuotaStatus) -> &'static str {
    match status {
        QuotaStatus::Met => "met",
        QuotaStatus::Short => "short",
        QuotaStatus::Exempt => "exempt",
    }
}

fn credit_status(status: CreditStatus) -> &'static str {
    match status {
        CreditStatus::Met => "met",
        CreditStatus::OnTrack => "on_track",
        CreditStatus::Behind => "behind",
        CreditStatus::Exempt => "exempt",
    }
}

pub fn record_status(status: RecordStatus) -> &'static str {
    match status {
        RecordStatus::Pending => "pending",
        RecordStatus::Recognized => "recognized",
        RecordStatus::Rejected => "rejected",
        RecordStatus::Withdrawn => "withdrawn",
        RecordStatus::Returned => "returned",
        RecordStatus::Voided => "voided",
    }
}

pub fn hold_name(hold: Hold) -> &'static str {
    match hold {
        Hold::ServiceUnconfirmed => "service_unconfirmed",
        Hold::Own => "own",
        Hold::Suspected => "suspected",
        Hold::Flagged => "flagged",
        Hold::ProjectEnd => "project_end",
        Hold::Decision => "decision",
    }
}

fn flag_name(flag: Flag) -> &'static str {
    match flag {
        Flag::AboveDayLimit => "above_day_limit",
        Flag::DayOverlap => "day_overlap",
        Flag::OutsideYear => "outside_year",
        Flag::NotOver => "not_over",
        Flag::BeforeService => "before_service",
    }
}

fn by_id(rows: Vec<Value>) -> HashMap<String, Value> {
    rows.into_iter().map(|row| (row["teacher_id"].as_str().unwrap_or_default().to_owned(), row)).collect()
}

impl Driver {
    /// Compares all figures, in the midst of a play those of organizations for the current year alone.
    pub async fn compare(&mut self, in_the_end: bool) -> Outcome<()> {
        let (first, current) = (self.county.first_year, year_of(&self.county, self.today));
        let mut quotas = BTreeMap::new();
        for year in first..=current + 1 {
            for teacher in self.county.teacher_ids() {
                quotas.insert((year, teacher), quota(&self.county, teacher, year, self.today));
            }
        }
        for year in first..=current + 1 {
            self.compare_quotas(year, year == current, &quotas).await?;
            if year == current || (in_the_end && year < current) {
                self.compare_sums(year, &quotas).await?;
            }
        }
        let mut cycles: Vec<i32> = [first, current].map(|year| cycle_of(&self.county, year).0).into();
        cycles.dedup();
        for cycle in cycles {
            self.compare_credits(cycle).await?;
        }
        self.compare_records().await?;
        self.compare_in_post().await
    }

    fn quota_fields(&self, quota: &Quota) -> Vec<(&'static str, Value)> {
        let mut fields = vec![
            ("training_year", json!(quota.training_year)),
            ("required_hours", hours(quota.required)),
            ("recognized_hours", hours(quota.recognized)),
            ("counted_hours", hours(quota.counted)),
            ("pending_hours", hours(quota.pending)),
            ("remaining_hours", hours(quota.remaining)),
            ("status", json!(quota_status(quota.status))),
        ];
        if crate::PARTS.closings && quota.organization.is_some() {
            fields.push(("closed_hours", quota.closed.map_or(Value::Null, hours)));
            fields.push(("late_hours", quota.closed.map_or(Value::Null, |_| hours(quota.late))));
        }
        fields.extend(quota.organization.map(|of| ("organization_id", json!(self.organization(of)))));
        fields
    }

    /// Returns the fields of a quota in lists of a year, which in a closed year are the snapshot's, with 补录 beside.
    fn listed_fields(&self, quota: &Quota, mut fields: Vec<(&'static str, Value)>) -> Vec<(&'static str, Value)> {
        let closing = self.county.closing(quota.training_year);
        if let Some(row) = closing.and_then(|closing| closing.rows.get(&quota.teacher)) {
            let sealed = [
                ("recognized_hours", hours(row.recognized)),
                ("counted_hours", hours(row.counted)),
                ("remaining_hours", hours((row.required - row.counted).max(0))),
                ("status", json!(quota_status(row.status))),
            ];
            fields.retain(|(name, _)| sealed.iter().all(|(other, _)| other != name));
            fields.extend(sealed);
        }
        fields
    }

    /// Compares the list of a year, and the teachers' own answers where they are not listed or `each` is asked for.
    async fn compare_quotas(&self, year: i32, each: bool, quotas: &BTreeMap<(i32, TeacherId), Quota>) -> Outcome<()> {
        let mut listed = by_id(self.admin.all(&format!("/quotas?limit=500&training_year={year}")).await);
        for teacher in self.county.teacher_ids() {
            let quota = &quotas[&(year, teacher)];
            let fields = self.quota_fields(quota);
            let what = format!("quota {year} of {teacher:?}");
            let row = listed.remove(self.teacher(teacher));
            // Lists are the figures of organizations: in a closed year those of the snapshot alone.
            let entered_later = self.county.is_closed(year) && !self.county.is_closed_for(teacher, year);
            match (&row, quota.organization.filter(|_| !entered_later)) {
                (Some(row), Some(_)) => same(&what, row, &self.listed_fields(quota, fields.clone()))?,
                (None, None) => {}
                (Some(row), None) => return Err(format!("{what} is listed: {row}")),
                (None, Some(_)) => return Err(format!("{what} is not listed; the model: {quota:?}")),
            }
            if each || row.is_none() {
                let path = format!("/teachers/{}/quotas/{year}", self.teacher(teacher));
                let found = expect(self.admin.get(&path).await, 200)?;
                same(&format!("{what}, by itself"), &found, &fields)?;
                same(&what, &found, &[("owed_months", json!(quota.months_owed))])?;
            }
            if crate::EXPLANATIONS {
                let path = format!("/teachers/{}/quotas/{year}/explanation", self.teacher(teacher));
                let found = expect(self.admin.get(&path).await, 200)?;
                explanations::check(&found, quota).map_err(|fault| format!("{what}, explained: {fault}"))?;
            }
        }
        Ok(())
    }

    /// Compares the sums of every organization: by teacher in the summary, by place in the composition.
    async fn compare_sums(&self, year: i32, quotas: &BTreeMap<(i32, TeacherId), Quota>) -> Outcome<()> {
        for organization in self.county.organization_ids() {
            let what = format!("sums {year} of {}", self.county.organizations[organization.0].name);
            let (query, figures) = (
                format!("training_year={year}&organization_id={}", self.organization(organization)),
                by_teacher(&self.county, organization, year, self.today),
            );
            let closing = self.county.closing(year);
            let listed = |quota: &&Quota| {
                quota.training_year == year
                    && quota.organization.is_some_and(|of| self.county.is_within(of, organization))
                    && closing.is_none_or(|closing| closing.rows.contains_key(&quota.teacher))
            };
            let remaining = |quota: &Quota| match closing.and_then(|closing| closing.rows.get(&quota.teacher)) {
                Some(row) => (row.required - row.counted).max(0),
                None => quota.remaining,
            };
            let found = expect(self.admin.get(&format!("/quotas/summary?{query}")).await, 200)?;
            same(
                &what,
                &found,
                &[
                    ("teachers", json!(figures.teachers)),
                    ("met", json!(figures.met)),
                    ("short", json!(figures.short)),
                    ("exempt", json!(figures.exempt)),
                    ("required_hours", hours(figures.required)),
                    ("recognized_hours", hours(figures.recognized)),
                    ("pending_hours", hours(quotas.values().filter(listed).map(|quota| quota.pending).sum())),
                    ("remaining_hours", hours(quotas.values().filter(listed).map(remaining).sum())),
                ],
            )?;
            if crate::EXPLANATIONS {
                let found = expect(self.admin.get(&format!("/quotas/explanation?{query}")).await, 200)?;
                explanations::check_rate(&found, &figures).map_err(|fault| format!("{what}, explained: {fault}"))?;
            }
            let place = by_place(&self.county, organization, year);
            let found = expect(self.admin.get(&format!("/statistics/composition?by=tier&{query}")).await, 200)?;
            let tiers = found["items"].as_array().into_iter().flatten();
            let tiers: Vec<&Value> = tiers.collect();
            let sum = |name: &str| tiers.iter().filter_map(|tier| tier[name].as_f64()).sum::<f64>();
            let found = json!({ "by_place": sum("recognized_hours"), "late_by_place": sum("late_hours") });
            same(&what, &found, &[("by_place", hours(place.recognized)), ("late_by_place", hours(place.late))])?;
        }
        Ok(())
    }

    fn credit_fields(credit: &Credit) -> Vec<(&'static str, Value)> {
        vec![
            ("cycle_first_year", json!(credit.cycle_first_year)),
            ("cycle_last_year", json!(credit.cycle_last_year)),
            ("required_hours", hours(credit.required)),
            ("recognized_hours", hours(credit.recognized)),
            ("due_hours", hours(credit.owed_so_far)),
            ("remaining_hours", hours(credit.remaining)),
            ("status", json!(credit_status(credit.status))),
        ]
    }

    async fn compare_credits(&self, cycle: i32) -> Outcome<()> {
        let mut listed = by_id(self.admin.all(&format!("/credits?limit=500&cycle_first_year={cycle}")).await);
        for teacher in self.county.teacher_ids() {
            let credit = credit(&self.county, teacher, cycle, self.today);
            let what = format!("credit {cycle} of {teacher:?}");
            let whose = |year| whose_year(&self.county, teacher, year, self.today);
            let has_home = (cycle..=credit.cycle_last_year).any(|year| whose(year).is_some());
            let found = match (listed.remove(self.teacher(teacher)), has_home) {
                (Some(row), true) => row,
                (Some(row), false) => return Err(format!("{what} is listed: {row}")),
                (None, true) => return Err(format!("{what} is not listed")),
                (None, false) => {
                    let path = format!("/teachers/{}/credits/{cycle}", self.teacher(teacher));
                    expect(self.admin.get(&path).await, 200)?
                }
            };
            same(&what, &found, &Self::credit_fields(&credit))?;
            if crate::EXPLANATIONS {
                let path = format!("/teachers/{}/credits/{cycle}/explanation", self.teacher(teacher));
                let found = expect(self.admin.get(&path).await, 200)?;
                same(&format!("{what}, explained"), &found, &Self::credit_fields(&credit))?;
                explanations::check_credit(&found, &credit).map_err(|fault| format!("{what}, explained: {fault}"))?;
            }
            for (at, year) in credit.years.iter().enumerate() {
                let what = format!("{what}, {}", year.training_year);
                let mut fields = vec![
                    ("training_year", json!(year.training_year)),
                    ("required_hours", hours(year.required)),
                    ("recognized_hours", hours(year.recognized)),
                    ("status", json!(quota_status(year.status))),
                ];
                if year.status != QuotaStatus::Exempt {
                    fields.push(("met", json!(year.met)));
                }
                same(&what, &found["years"][at], &fields)?;
            }
        }
        Ok(())
    }

    async fn compare_records(&mut self) -> Outcome<()> {
        self.compare_projects().await?;
        let mut rows = self.admin.all("/hour-records?limit=500").await;
        // What a project issued is compared as far as it is live.
        rows.retain(|row| row["source"] != "project" || row["status"] == "pending" || row["status"] == "recognized");
        let compared = |record: &&HourRecord| record.issued.is_none() || record.is_live();
        let expected = self.county.records.iter().filter(compared).count();
        if rows.len() != expected {
            return Err(format!("{} records, the model has {expected}", rows.len()));
        }
        let rows: HashMap<String, Value> = rows.into_iter().map(|row| (id(&row), row)).collect();
        for record in self.county.records.iter().filter(compared) {
            let number = record.entry.record;
            let row = rows.get(self.record(number)).ok_or_else(|| format!("no record {number:?}"))?;
            let holds = if record.is_pending() { holds(&self.county, record, self.today) } else { Vec::new() };
            let mut fields = vec![
                ("teacher_id", json!(self.teacher(record.entry.teacher))),
                ("hours", hours(record.entry.hours)),
                ("status", json!(record_status(record.status()))),
                ("hold", json!(holds.first().map(|hold| hold_name(*hold)))),
                ("holds", json!(holds.iter().map(|hold| hold_name(*hold)).collect::<Vec<_>>())),
                ("flags", json!(record.flags.iter().map(|flag| flag_name(*flag)).collect::<Vec<_>>())),
                ("former_id", json!(record.former.map(|former| self.record(former)))),
            ];
            if record.is_recognized() {
                fields
                    .extend(place_of(&self.county, record).map(|of| ("organization_id", json!(self.organization(of)))));
            }
            same(&format!("{:?}", record.entry), row, &fields)?;
        }
        self.compare_groups().await
    }

    /// Compares the open groups of suspected duplicates, each by its units and by which of them wait.
    async fn compare_groups(&self) -> Outcome<()> {
        let listed = self.admin.all("/duplicate-groups?limit=500&status=open").await;
        let unit = |unit: &Value| {
            let records = unit["records"].as_array().into_iter().flatten().map(id).collect::<BTreeSet<_>>();
            (records, unit["waits"] == true)
        };
        let found: BTreeSet<BTreeSet<_>> =
            listed.iter().map(|group| group["units"].as_array().into_iter().flatten().map(unit).collect()).collect();
        let groups = open_groups(&self.county).into_iter().map(|group| {
            let waiting = group.waiting(&self.county);
            let unit = |unit: &Unit| {
                let records = unit.records.iter().map(|record| self.record(*record).to_owned());
                (records.collect::<BTreeSet<_>>(), unit.records.iter().any(|record| waiting.contains(record)))
            };
            group.units.iter().map(unit).collect::<BTreeSet<_>>()
        });
        let expected: BTreeSet<BTreeSet<_>> = groups.collect();
        if found == expected { Ok(()) } else { Err(format!("groups are {found:?}, the model says {expected:?}")) }
    }

    /// Compares the teachers in post at each organization itself.
    async fn compare_in_post(&self) -> Outcome<()> {
        for row in self.admin.all("/organizations?limit=500").await {
            let in_post = self.county.teacher_ids().filter(|teacher| {
                let of = organization_on(&self.county, *teacher, self.today);
                of.is_some_and(|of| row["id"] == json!(self.organization(of)))
            });
            same(&format!("in post at {}", row["name"]), &row, &[("teacher_count", json!(in_post.count()))])?;
        }
        Ok(())
    }
}
