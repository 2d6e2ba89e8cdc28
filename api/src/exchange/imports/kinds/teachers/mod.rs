//! Teachers from a file. One who is there and differs is updated; an empty cell leaves what is
//! there. Another organization than the present one is a transfer of today.

mod row;
mod stored;

use std::{collections::HashMap, sync::Arc};

use songjiao_types::{
    teachers::{Gender, TeacherStatus},
    training::Stage,
};

use self::{
    row::Row,
    stored::{Plan, There, fault_of_times, merged, settled_spells},
};
use super::{
    super::{
        columns::{Cells, Column, labels, optional, passed_over, required, yes_or_no},
        report::Counts,
    },
    Kind, Planning,
};
use crate::{db::Tx, error::Result, people::teachers::identity::IdNumbers};

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
        Row::read(cells, keys)
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
        let counts = plan.counts;
        Ok((plan, counts))
    }

    fn write(&mut self, tx: &mut Tx<'_>, plan: Plan) -> Result<()> {
        plan.write(tx)
    }
}
