//! The requests of acts on hour records.

use std::fmt::Write;

use model::{
    event::Decision,
    hours::{HourEntry, Level, Mode, RecordStatus, Source},
    ids::{ImportId, RecordId},
    rules::{
        bulk::{RecordFilter, reached, taken_back},
        duplicates::{NamedRule, groups_by_rule},
    },
};
use serde_json::{Value, json};
use songjiao_tests::{Answer, id};

use crate::{
    acts::{REASON, dimension_name},
    driver::{Driver, Outcome, expect, hours},
    figures::{hold_name, record_status, same},
};

const PLATFORM: &str = "province";

pub fn level_name(level: Level) -> &'static str {
    match level {
        Level::National => "national",
        Level::Provincial => "provincial",
        Level::Municipal => "municipal",
        Level::County => "county",
        Level::School => "school",
        Level::Other => "other",
    }
}

fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::FaceToFace => "face_to_face",
        Mode::Online => "online",
    }
}

fn source_name(source: Source) -> &'static str {
    match source {
        Source::Manual => "manual",
        Source::Import => "import",
        Source::Platform => PLATFORM,
        Source::Project => "project",
    }
}

fn status_name(entry: &HourEntry) -> &'static str {
    if entry.as_recognized { "recognized" } else { "pending" }
}

fn decision_name(decision: Decision) -> &'static str {
    match decision {
        Decision::Recognize => "recognize",
        Decision::Reject => "reject",
        Decision::Return => "return",
    }
}

/// Returns the id that a record has at its source.
pub fn external_id(record: RecordId) -> String {
    format!("R{}", record.0)
}

/// Returns the API's id of each row of a file, by the rows' external ids.
pub fn ids_of_rows(rows: &[HourEntry], listed: &[Value]) -> Outcome<Vec<String>> {
    let of_row = |row: &HourEntry| {
        let sought = json!(external_id(row.record));
        let found = listed.iter().find(|found| found["external_id"] == sought);
        found.map(id).ok_or_else(|| format!("the import has no record {sought}"))
    };
    rows.iter().map(of_row).collect()
}

impl Driver {
    pub async fn record_hour(&self, entry: &HourEntry, more: Value) -> Answer {
        let mut new = json!({
            "teacher_id": self.teacher(entry.teacher), "training_year": entry.training_year,
            "starts_on": entry.first, "ends_on": entry.last, "hours": hours(entry.hours),
            "level": level_name(entry.level), "mode": mode_name(entry.mode),
            "dimension": entry.dimension.map(dimension_name), "title": entry.title.text(),
            "institution": entry.institution.text(), "source": source_name(entry.source),
            "external_id": external_id(entry.record), "status": status_name(entry),
        });
        new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.admin.post("/hour-records", new).await
    }

    pub async fn push_hour(&self, entry: &HourEntry) -> Outcome<Answer> {
        let items = json!([{
            "external_id": external_id(entry.record), "teacher_id": self.teacher(entry.teacher),
            "training_year": entry.training_year, "starts_on": entry.first, "ends_on": entry.last,
            "hours": hours(entry.hours), "level": level_name(entry.level), "mode": mode_name(entry.mode),
            "dimension": entry.dimension.map(dimension_name), "title": entry.title.text(),
            "institution": entry.institution.text(),
        }]);
        let path = format!("/sources/{PLATFORM}/hour-records?status={}", status_name(entry));
        let mut answer = self.admin.post(&path, items).await;
        let item = answer.json["items"][0].clone();
        // What becomes of one item is no refusal of the others.
        if answer.status == 200 && item["outcome"] == "rejected" {
            answer.status = 422;
        }
        answer.json = item;
        Ok(answer)
    }

    pub async fn import_hours(&self, rows: &[HourEntry], accepts_flags: bool) -> Answer {
        let mut file =
            "教师编号,培训年度,培训类别,项目名称,机构名称,培训方式,获得学时,开始日期,结束日期,三修,来源编号\n"
                .to_owned();
        for row in rows {
            writeln!(
                file,
                "T{:03},{},{},\"{}\",{},{},{},{},{},{},{}",
                row.teacher.0 + 1,
                row.training_year,
                row.level as i32,
                row.title.text().replace('"', "\"\""),
                row.institution.text(),
                if row.mode == Mode::Online { 3 } else { 2 },
                hours(row.hours),
                row.first,
                row.last,
                row.dimension.map(dimension_name).unwrap_or_default(),
                external_id(row.record),
            )
            .unwrap();
        }
        let status = rows.first().map_or("recognized", status_name);
        let accepts = if accepts_flags { "&on_flag=accept&reason=historical" } else { "" };
        self.admin.post_csv(&format!("/imports/hour-records?status={status}{accepts}"), file).await
    }

    pub async fn decide_hour(&self, record: RecordId, decision: Decision) -> Answer {
        let path = format!("/hour-records/{}", self.record(record));
        let late = self.county.is_closed(self.county.records[record.0].entry.training_year);
        if decision == Decision::Recognize && !late {
            return self.admin.act(&format!("{path}/recognize")).await;
        }
        self.admin.post(&format!("{path}/{}", decision_name(decision)), json!({ "reason": REASON })).await
    }

    pub async fn recognize_selected(&self, records: &[RecordId]) -> Answer {
        let ids: Vec<&str> = records.iter().map(|record| self.record(*record)).collect();
        self.admin.post("/hour-records/recognize", json!({ "ids": ids, "reason": REASON })).await
    }

    /// Counts what a decision by filter reaches before it decides.
    pub async fn decide_filtered(&self, filter: &RecordFilter, decision: Decision) -> Outcome<Answer> {
        let reached = reached(&self.county, filter, self.today);
        let mut by = json!({});
        if let Some(teacher) = filter.teacher {
            by["teacher_id"] = json!(self.teacher(teacher));
        }
        if let Some(year) = filter.training_year {
            by["training_year"] = json!(year);
        }
        if let Some(dimension) = filter.dimension {
            by["dimension"] = json!(dimension_name(dimension));
        }
        if let Some(import) = filter.import {
            by["import_id"] = json!(self.import(import));
        }
        let body = json!({ "decision": decision_name(decision), "filter": by, "reason": REASON, "dry_run": true });
        let counted = expect(self.admin.post("/hour-records/decide", body.clone()).await, 200)?;
        let expected = [("decided", json!(reached.records.len())), ("hours", hours(reached.hours))];
        same("the dry run", &counted, &expected)?;
        let left_out: Vec<Value> = reached
            .left_out
            .iter()
            .map(|(hold, records)| json!({ "hold": hold_name(*hold), "records": records }))
            .collect();
        same("the dry run", &counted, &[("left_out", json!(left_out))])?;
        let mut body = body;
        body["dry_run"] = json!(false);
        body["expected"] = counted["decided"].clone();
        Ok(self.admin.post("/hour-records/decide", body).await)
    }

    /// Counts what taking an import back ends before it does.
    pub async fn take_back_import(&self, import: ImportId) -> Outcome<Answer> {
        let expected = taken_back(&self.county, import);
        let path = format!("/imports/{}/take-back", self.import(import));
        let counted = self.admin.post(&path, json!({ "reason": REASON, "dry_run": true })).await;
        let counted = expect(counted, 200)?;
        let counts = [
            ("voided", json!(expected.voided.len())),
            ("withdrawn", json!(expected.withdrawn.len())),
            ("kept_total", json!(expected.kept.len())),
        ];
        same("the dry run", &counted, &counts)?;
        for kept in counted["kept"].as_array().into_iter().flatten() {
            let record = expected.kept.iter().find(|record| kept["id"] == json!(self.record(**record)));
            let record = record.ok_or_else(|| format!("{kept} is kept"))?;
            let is_recognized = self.county.records[record.0].status() == RecordStatus::Recognized;
            same("what is kept", kept, &[("because", json!(if is_recognized { "closed" } else { "ended" }))])?;
        }
        Ok(self.admin.post(&path, json!({ "reason": REASON })).await)
    }

    pub async fn decide_group(&self, units: &[RecordId], keep: &[RecordId]) -> Outcome<Answer> {
        let ids = |records: &[RecordId]| records.iter().map(|record| self.record(*record)).collect::<Vec<_>>();
        let mut group = None;
        for record in units {
            let found = expect(self.admin.get(&format!("/hour-records/{}", self.record(*record))).await, 200)?;
            group = group.or(found["duplicate_group_id"].as_str().map(str::to_owned));
        }
        let group = group.ok_or("the units are in no group")?;
        let body = json!({ "keep": ids(keep), "units": ids(units), "reason": REASON });
        Ok(self.admin.post(&format!("/duplicate-groups/{group}/decide"), body).await)
    }

    /// Counts what a rule decides before it does.
    pub async fn decide_groups(&self, rule: NamedRule, training_year: Option<i32>) -> Outcome<Answer> {
        let (name, source) = match rule {
            NamedRule::First => ("first", None),
            NamedRule::Longest => ("longest", None),
            NamedRule::Source(source) => ("source", Some(source_name(source))),
        };
        let mut body = json!({ "rule": name, "source": source, "reason": REASON, "dry_run": true });
        if let Some(year) = training_year {
            body["training_year"] = json!(year);
        }
        let counted = expect(self.admin.post("/duplicate-groups/decide", body.clone()).await, 200)?;
        let groups = groups_by_rule(&self.county, rule, training_year)?;
        let decided = groups.iter().filter(|(_, kept)| kept.is_some()).count();
        let mut after = self.county.clone();
        let event = model::event::Event::DecideGroups { rule, training_year };
        model::apply::apply(&mut after, &event, self.today).map_err(|refusal| format!("model: {refusal:?}"))?;
        let changed = |status| {
            let both = self.county.records.iter().zip(&after.records);
            both.filter(|(before, after)| before.status() != status && after.status() == status).count()
        };
        let mut counts = vec![("groups", json!(decided)), ("left", json!(groups.len() - decided))];
        for status in [RecordStatus::Recognized, RecordStatus::Rejected, RecordStatus::Voided] {
            counts.push((record_status(status), json!(changed(status))));
        }
        same("the dry run", &counted, &counts)?;
        body["dry_run"] = json!(false);
        Ok(self.admin.post("/duplicate-groups/decide", body).await)
    }
}
