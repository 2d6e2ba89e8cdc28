//! Teachers from a file. One who is there and differs is updated; an empty cell leaves what is
//! there. Another organization than the present one is a transfer of today.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chrono::{Days, NaiveDate};
use diesel::{prelude::*, upsert::excluded};
use songjiao_types::{
    AppointmentId, OrganizationId, TeacherId,
    changes::ChangeType,
    teachers::{Gender, TeacherStatus, possible_id_number},
    training::Stage,
};
use uuid::Uuid;

use super::{
    super::{
        columns::{self, Cells, Column, labels, optional, passed_over, required, yes_or_no},
        report::Counts,
    },
    Kind, Planning,
};
use crate::{
    auth::CurrentUser,
    db::{
        DbConnection, Tx, on_connection,
        schema::{appointments, organizations, teachers},
        types::UtcTime,
    },
    error::Result,
    initials,
    quotas::reductions,
    teachers::identity::{IdNumbers, SealedIdNumber},
};

/// Rows written or looked up by one statement.
const CHUNK: usize = 1000;

/// Teachers from a file.
pub struct Teachers {
    keys: Arc<IdNumbers>,
    /// By number and by what stands for an ID number, the rows so far.
    numbers: HashMap<String, i64>,
    id_numbers: HashMap<String, i64>,
}

impl Teachers {
    pub fn new(keys: Arc<IdNumbers>) -> Self {
        Self { keys, numbers: HashMap::new(), id_numbers: HashMap::new() }
    }

    /// Whether a row is the first one of its teacher.
    fn is_first(&mut self, at: &mut Planning<'_>, row: &Row) -> bool {
        if let Some(first) = self.numbers.get(&row.teacher_no) {
            let message = format!("与第 {first} 行编号相同");
            at.fault(row.number, "teacher_no", Some(&row.teacher_no), "repeated_row", message);
            return false;
        }
        self.numbers.insert(row.teacher_no.clone(), row.number);
        let Some(number) = &row.id_number else { return true };
        match self.id_numbers.get(&number.hmac) {
            Some(first) => {
                // The number itself is not repeated in a report.
                at.fault(row.number, "id_number", None, "repeated_row", format!("与第 {first} 行身份证号相同"));
                false
            }
            None => {
                self.id_numbers.insert(number.hmac.clone(), row.number);
                true
            }
        }
    }
}

/// A row that reads well.
pub struct Row {
    /// As the spreadsheet counts.
    number: i64,
    teacher_no: String,
    name: String,
    organization_code: String,
    subject: String,
    stage: Stage,
    joined_on: NaiveDate,
    gender: Option<Gender>,
    title: Option<String>,
    backbone: Option<bool>,
    id_number: Option<SealedIdNumber>,
    left_on: Option<NaiveDate>,
    status: Option<TeacherStatus>,
}

impl Kind for Teachers {
    type Row = Row;
    type Reading = Arc<IdNumbers>;
    type Plan = Plan;

    const COLUMNS: &'static [Column] = &[
        required("teacher_no", "教师编号")
            .or(&["工号", "教师工号"])
            .hint("字母、数字和 - _ . ，最多 32 个字符；已有的编号按文件更新"),
        required("name", "姓名").or(&["教师姓名"]),
        required("organization_code", "单位编号")
            .or(&["学校编号", "单位代码"])
            .hint("与现任职单位不同时，视为今日调入"),
        required("subject", "学科").or(&["任教学科"]),
        required("stage", "学段").or(&["任教学段"]).of(labels::<Stage>),
        required("joined_on", "入职日期").or(&["参加工作日期"]).hint("例如 2009-08-20"),
        optional("gender", "性别").of(labels::<Gender>),
        optional("title", "职称"),
        optional("backbone", "骨干").or(&["骨干教师"]).of(yes_or_no),
        optional("id_number", "身份证号")
            .or(&["身份证件号", "身份证件号码", "身份证号码"])
            .secret()
            .hint("设为文本格式；加密保存"),
        optional("left_on", "离任日期").hint("退休或离职时填写"),
        optional("status", "状态").or(&["在职状态"]).of(labels::<TeacherStatus>),
        passed_over("单位名称").or(&["学校名称", "单位"]),
        passed_over("身份证号（掩码）").secret(),
    ];

    fn reading(&self) -> Arc<IdNumbers> {
        Arc::clone(&self.keys)
    }

    fn read(keys: &Arc<IdNumbers>, cells: &mut Cells<'_>) -> Option<Row> {
        read_row(cells, keys)
    }

    fn plan(&mut self, at: &mut Planning<'_>, rows: Vec<(i64, Row)>) -> Result<(Plan, Counts)> {
        let mut firsts = Vec::with_capacity(rows.len());
        for (_, row) in rows {
            if self.is_first(at, &row) {
                firsts.push(row);
            }
        }
        let there = There::load(at.conn, at.user, &firsts)?;
        let mut plan = Plan::default();
        for row in firsts {
            let number = row.number;
            let Some((organization, true)) = there.organizations.get(&row.organization_code).copied() else {
                let message = "单位编号不存在或不在您的管理范围内";
                at.fault(number, "organization_code", Some(&row.organization_code), "unknown_organization", message);
                continue;
            };
            let stored = there.teachers.get(&row.teacher_no);
            if stored.is_some_and(|stored| !there.visible.contains(&stored.organization_id)) {
                let message = "该编号的教师不在您的管理范围内";
                at.fault(number, "teacher_no", Some(&row.teacher_no), "unknown_teacher", message);
                continue;
            }
            let holder = row.id_number.as_ref().and_then(|number| there.id_numbers.get(&number.hmac));
            if holder.is_some_and(|holder| stored.is_none_or(|stored| stored.id != *holder)) {
                at.fault(number, "id_number", None, "already_exists", "身份证号已属于另一名教师");
                continue;
            }
            let after = merged(row, stored, organization, at.now);
            if let Some((name, code, message)) = fault_of_times(&after) {
                at.column_fault(number, name, code, message);
                continue;
            }
            let spells = stored.and_then(|stored| there.spells.get(&stored.id)).map_or(&[][..], Vec::as_slice);
            match settled_spells(&after, spells, at.now) {
                Ok(spells) => plan.take(stored, after, spells, at.now),
                Err((name, code, message)) => at.column_fault(number, name, code, message),
            }
        }
        plan.spells.sort_by_key(|spell| spell.ends_on.is_none());
        let counts = plan.counts;
        Ok((plan, counts))
    }

    fn write(&mut self, tx: &mut Tx<'_>, plan: Plan) -> Result<()> {
        for chunk in plan.rows.chunks(CHUNK) {
            on_connection!(tx.conn, connection => {
                diesel::insert_into(teachers::table)
                    .values(chunk)
                    .on_conflict(teachers::id)
                    .do_update()
                    .set((
                        teachers::name.eq(excluded(teachers::name)),
                        teachers::initials.eq(excluded(teachers::initials)),
                        teachers::gender.eq(excluded(teachers::gender)),
                        teachers::organization_id.eq(excluded(teachers::organization_id)),
                        teachers::subject.eq(excluded(teachers::subject)),
                        teachers::stage.eq(excluded(teachers::stage)),
                        teachers::title.eq(excluded(teachers::title)),
                        teachers::joined_on.eq(excluded(teachers::joined_on)),
                        teachers::left_on.eq(excluded(teachers::left_on)),
                        teachers::status.eq(excluded(teachers::status)),
                        teachers::backbone.eq(excluded(teachers::backbone)),
                        teachers::id_number_sealed.eq(excluded(teachers::id_number_sealed)),
                        teachers::id_number_hmac.eq(excluded(teachers::id_number_hmac)),
                        teachers::id_number_mask.eq(excluded(teachers::id_number_mask)),
                        teachers::version.eq(excluded(teachers::version)),
                        teachers::updated_at.eq(excluded(teachers::updated_at)),
                    ))
                    .execute(connection)?
            });
        }
        for chunk in plan.spells.chunks(CHUNK) {
            on_connection!(tx.conn, connection => {
                diesel::insert_into(appointments::table)
                    .values(chunk)
                    .on_conflict(appointments::id)
                    .do_update()
                    .set((
                        appointments::organization_id.eq(excluded(appointments::organization_id)),
                        appointments::starts_on.eq(excluded(appointments::starts_on)),
                        appointments::ends_on.eq(excluded(appointments::ends_on)),
                    ))
                    .execute(connection)?
            });
        }
        let (new, known): (Vec<_>, Vec<_>) = plan.rows.iter().partition(|row| row.version == 1);
        tx.publish(ChangeType::TeacherCreated, new.into_iter().map(|row| row.id));
        tx.publish(ChangeType::TeacherUpdated, known.into_iter().map(|row| row.id));
        let ids: Vec<_> = plan.rows.iter().map(|row| row.id).collect();
        reductions::recompute(tx.conn, &ids)
    }
}

fn read_row(cells: &mut Cells<'_>, keys: &IdNumbers) -> Option<Row> {
    let teacher_no = cells.required("teacher_no", columns::code);
    let name = cells.required("name", columns::text(64));
    let organization_code = cells.required("organization_code", columns::code);
    let subject = cells.required("subject", columns::text(32));
    let stage = cells.required("stage", columns::one_of);
    let joined_on = cells.required("joined_on", columns::date);
    let gender = cells.optional("gender", columns::one_of);
    let title = cells.optional("title", columns::text(32));
    let backbone = cells.optional("backbone", columns::yes_no);
    let id_number = cells.secret("id_number", |cell| {
        let cell = &*columns::narrow(cell);
        possible_id_number(cell).map_err(|_| ("bad_id_number", "身份证号不正确".to_owned()))?;
        keys.seal(cell).map_err(|_| ("bad_id_number", "身份证号无法保存".to_owned()))
    });
    let left_on = cells.optional("left_on", columns::date);
    let status = cells.optional("status", columns::one_of);
    Some(Row {
        number: cells.row,
        teacher_no: teacher_no?,
        name: name?,
        organization_code: organization_code?,
        subject: subject?,
        stage: stage?,
        joined_on: joined_on?,
        gender,
        title,
        backbone,
        id_number,
        left_on,
        status,
    })
}

#[derive(Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = teachers, treat_none_as_default_value = false)]
struct Stored {
    id: TeacherId,
    teacher_no: String,
    name: String,
    gender: Option<Gender>,
    organization_id: OrganizationId,
    subject: String,
    stage: Stage,
    title: Option<String>,
    joined_on: NaiveDate,
    left_on: Option<NaiveDate>,
    status: TeacherStatus,
    backbone: bool,
    id_number_sealed: Option<String>,
    id_number_hmac: Option<String>,
    id_number_mask: Option<String>,
    version: i32,
    created_at: UtcTime,
    updated_at: UtcTime,
    initials: Option<String>,
}

#[derive(Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = appointments, treat_none_as_default_value = false)]
struct Spell {
    id: AppointmentId,
    teacher_id: TeacherId,
    organization_id: OrganizationId,
    starts_on: NaiveDate,
    ends_on: Option<NaiveDate>,
    created_at: UtcTime,
}

/// What is to be written once nothing is wrong.
#[derive(Default)]
pub struct Plan {
    rows: Vec<Stored>,
    /// Those that end stand before those that begin, since only one may be open.
    spells: Vec<Spell>,
    counts: Counts,
}

/// What the rows refer to and what is there already.
struct There {
    /// By code; `false` where it is out of the caller's scope.
    organizations: HashMap<String, (OrganizationId, bool)>,
    visible: HashSet<OrganizationId>,
    teachers: HashMap<String, Stored>,
    spells: HashMap<TeacherId, Vec<Spell>>,
    id_numbers: HashMap<String, TeacherId>,
}

impl Plan {
    fn take(&mut self, before: Option<&Stored>, after: Stored, spells: Vec<Spell>, now: UtcTime) {
        match before {
            None => self.counts.imported += 1,
            Some(before) if *before == after && spells.is_empty() => {
                self.counts.unchanged += 1;
                return;
            }
            Some(_) => self.counts.updated += 1,
        }
        let version = before.map_or(1, |before| before.version + 1);
        self.rows.push(Stored { version, updated_at: now, ..after });
        self.spells.extend(spells);
    }
}

fn merged(row: Row, stored: Option<&Stored>, organization_id: OrganizationId, now: UtcTime) -> Stored {
    let mut after = stored.cloned().unwrap_or_else(|| Stored {
        id: TeacherId::from_uuid(Uuid::now_v7()),
        teacher_no: row.teacher_no,
        name: String::new(),
        gender: None,
        organization_id,
        subject: String::new(),
        stage: row.stage,
        title: None,
        joined_on: row.joined_on,
        left_on: None,
        status: TeacherStatus::Active,
        backbone: false,
        id_number_sealed: None,
        id_number_hmac: None,
        id_number_mask: None,
        version: 1,
        created_at: now,
        updated_at: now,
        initials: None,
    });
    after.initials = Some(initials::of_person(&row.name));
    after.name = row.name;
    after.organization_id = organization_id;
    after.subject = row.subject;
    after.stage = row.stage;
    after.joined_on = row.joined_on;
    after.gender = row.gender.or(after.gender);
    after.title = row.title.or(after.title);
    after.backbone = row.backbone.unwrap_or(after.backbone);
    after.left_on = row.left_on.or(after.left_on);
    after.status = row.status.unwrap_or(after.status);
    // The same number is sealed otherwise each time: only another one is a change.
    if let Some(number) = row.id_number.filter(|number| after.id_number_hmac.as_ref() != Some(&number.hmac)) {
        after.id_number_sealed = Some(number.sealed);
        after.id_number_hmac = Some(number.hmac);
        after.id_number_mask = Some(number.mask);
    }
    after
}

type Fault = (&'static str, &'static str, &'static str);

fn fault_of_times(teacher: &Stored) -> Option<Fault> {
    match teacher.left_on {
        Some(left) if left < teacher.joined_on => Some(("left_on", "ends_before_start", "离任日期不能早于入职日期")),
        None if teacher.status.has_ended() => Some(("left_on", "required", "退休或离职须填写离任日期")),
        _ => None,
    }
}

/// The appointments that change or begin, so that they fit the teacher.
fn settled_spells(teacher: &Stored, spells: &[Spell], now: UtcTime) -> std::result::Result<Vec<Spell>, Fault> {
    let begin = |starts_on: NaiveDate| Spell {
        id: AppointmentId::from_uuid(Uuid::now_v7()),
        teacher_id: teacher.id,
        organization_id: teacher.organization_id,
        starts_on,
        ends_on: None,
        created_at: now,
    };
    let mut after = spells.to_vec();
    match after.first_mut() {
        Some(first) => first.starts_on = teacher.joined_on,
        None => after.push(begin(teacher.joined_on)),
    }
    let today = now.local_date();
    if let Some(last) = after.last_mut().filter(|last| last.organization_id != teacher.organization_id) {
        if last.starts_on >= today {
            last.organization_id = teacher.organization_id;
        } else {
            last.ends_on = Some(today - Days::new(1));
            after.push(begin(today));
        }
    }
    if let Some(last) = after.last_mut() {
        last.ends_on = teacher.left_on;
        if last.ends_on.is_some_and(|end| end < last.starts_on) {
            return Err(("left_on", "before_appointment", "离任日期不能早于现任职开始日期"));
        }
    }
    if after.first().is_some_and(|first| first.ends_on.is_some_and(|end| end < first.starts_on)) {
        return Err(("joined_on", "after_appointment", "入职日期不能晚于首次任职的结束日期"));
    }
    after.retain(|spell| !spells.contains(spell));
    Ok(after)
}

impl There {
    fn load(conn: &mut DbConnection, user: &CurrentUser, rows: &[Row]) -> Result<Self> {
        let mut there = Self {
            organizations: HashMap::new(),
            visible: HashSet::new(),
            teachers: HashMap::new(),
            spells: HashMap::new(),
            id_numbers: HashMap::new(),
        };
        let places: Vec<(OrganizationId, String, String)> =
            organizations::table.select((organizations::id, organizations::code, organizations::path)).load(conn)?;
        for (id, code, path) in places {
            let visible = user.scope.contains(&path);
            there.organizations.insert(code, (id, visible));
            if visible {
                there.visible.insert(id);
            }
        }
        for chunk in rows.chunks(CHUNK) {
            let numbers = chunk.iter().map(|row| row.teacher_no.as_str());
            let found: Vec<Stored> =
                teachers::table.filter(teachers::teacher_no.eq_any(numbers)).select(Stored::as_select()).load(conn)?;
            let ids: Vec<_> = found.iter().map(|teacher| teacher.id).collect();
            there.teachers.extend(found.into_iter().map(|teacher| (teacher.teacher_no.clone(), teacher)));
            let spells: Vec<Spell> = appointments::table
                .filter(appointments::teacher_id.eq_any(ids))
                .order(appointments::starts_on)
                .select(Spell::as_select())
                .load(conn)?;
            for spell in spells {
                there.spells.entry(spell.teacher_id).or_default().push(spell);
            }
            let hmacs: Vec<_> =
                chunk.iter().filter_map(|row| row.id_number.as_ref()).map(|n| n.hmac.as_str()).collect();
            let holders: Vec<(Option<String>, TeacherId)> = teachers::table
                .filter(teachers::id_number_hmac.eq_any(hmacs))
                .select((teachers::id_number_hmac, teachers::id))
                .load(conn)?;
            there.id_numbers.extend(holders.into_iter().filter_map(|(hmac, id)| Some((hmac?, id))));
        }
        Ok(there)
    }
}
