//! Opens accounts for the teachers of a file. Teachers who have the account of their row are unchanged.

use std::collections::{HashMap, HashSet};

use songjiao_types::{Role, TeacherId, WireEnum, accounts::check_username, normal};

use super::{
    super::{
        cells::{self, Cells},
        columns::{Column, ignored, optional, required},
        faults::FieldFault,
        report::Counts,
    },
    kind::{Kind, PlanContext, distinct},
    references::{Teachers, UNKNOWN_TEACHER, teacher_no},
    seen_rows::SeenRows,
};
use crate::{
    db::Tx,
    error::Result,
    people::{
        accounts::{
            opening::{self, AccountTeacher},
            rules,
        },
        users::batch::NewUser,
    },
};

/// A row whose cells are valid; its teacher is still to be resolved.
pub struct Row {
    teacher_no: String,
    name: Option<String>,
    username: Option<String>,
    role: Option<Role>,
}

impl Row {
    /// Returns the value of a column.
    fn value(&self, column: &str) -> Option<&str> {
        match column {
            "teacher_no" => Some(&self.teacher_no),
            "name" => self.name.as_deref(),
            "username" => self.username.as_deref(),
            _ => None,
        }
    }

    fn username(&self) -> &str {
        self.username.as_deref().unwrap_or(&self.teacher_no)
    }

    fn role(&self) -> Role {
        self.role.unwrap_or(Role::Teacher)
    }

    /// Returns whether an account is what the row asks for.
    fn is_fulfilled_by(&self, (username, role): &(String, Role)) -> bool {
        self.username.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(username))
            && self.role.is_none_or(|wanted| wanted == *role)
    }
}

/// The import of accounts.
#[derive(Default)]
pub struct Accounts {
    teachers: Teachers,
    /// The user names that users or earlier rows have, in small letters.
    usernames: HashSet<String>,
    seen: SeenRows,
}

fn roles() -> Vec<&'static str> {
    rules::OPENED_ROLES.map(WireEnum::label).to_vec()
}

impl Kind for Accounts {
    type Row = Row;
    type ReadContext = ();
    type Plan = Vec<NewUser>;

    const COLUMNS: &'static [Column] = &[
        required("teacher_no", "教师编号").or(&["工号", "教师工号", "全国教师管理信息系统编号"]),
        optional("name", "姓名").or(&["教师姓名"]).hint("选填：填写时须与该编号的教师一致"),
        optional("username", "用户名")
            .or(&["登录名", "账号"])
            .hint("选填：不填即为教师编号；由字母、数字和 - _ . 组成"),
        optional("role", "角色").of(roles).hint("选填：不填为教师"),
        // Further columns of our own lists.
        ignored("单位编号").or(&["单位名称", "学校编号", "学校名称", "所在学校", "任教学校", "备注"]),
        ignored("账号状态").or(&["激活码有效期至", "最近登录"]),
    ];

    fn read_context(&self) {}

    fn read((): &(), cells: &mut Cells<'_>) -> Option<Row> {
        let teacher_no = teacher_no(cells);
        let name = cells.optional("name", cells::text(64));
        let username = cells.optional("username", |cell| Ok(normal::code(cell).into_owned()));
        let role = cells.optional("role", cells::one_of);
        Some(Row { teacher_no: teacher_no?, name, username, role })
    }

    fn plan(&mut self, context: &mut PlanContext<'_>, rows: Vec<(i64, Row)>) -> Result<(Vec<NewUser>, Counts)> {
        self.teachers.look_up(
            context.conn,
            &context.user.scope,
            rows.iter().map(|(_, row)| row.teacher_no.as_str()),
        )?;
        let ids = distinct(rows.iter().filter_map(|(_, row)| self.teachers.find(&row.teacher_no)));
        let found = opening::find_teachers(context.conn, context.user, &ids, context.now.local_date())?;
        let teachers: HashMap<TeacherId, AccountTeacher> =
            found.into_iter().map(|teacher| (teacher.id, teacher)).collect();
        let names = rows.iter().map(|(_, row)| row.username().to_lowercase()).collect();
        self.usernames.extend(opening::taken_names(context.conn, names)?);
        let (mut plan, mut counts) = (Vec::new(), Counts::default());
        for (number, row) in rows {
            let teacher = self.teachers.find(&row.teacher_no).and_then(|id| teachers.get(&id));
            let Some(teacher) = teacher else {
                context.fault(number, "teacher_no", Some(&row.teacher_no), "unknown_teacher", UNKNOWN_TEACHER);
                continue;
            };
            let differs = |first| {
                let message = format!("与第 {first} 行是同一教师，而用户名或角色不同");
                context.fault(number, "teacher_no", Some(&row.teacher_no), "repeated_row", message);
            };
            let username = row.username().to_lowercase();
            if self.seen.is_repeated(number, (teacher.id, (&username, row.role())), &mut counts, differs) {
                continue;
            }
            if teacher.account.as_ref().is_some_and(|account| row.is_fulfilled_by(account)) {
                counts.unchanged += 1;
                continue;
            }
            let faults = self.faults(context, &row, teacher);
            if faults.is_empty() {
                plan.push(opening::new_account(row.username().to_owned(), teacher, row.role(), context.now));
                self.usernames.insert(username);
                counts.imported += 1;
            }
            for (column, code, message) in faults {
                context.fault(number, column, row.value(column), code, message);
            }
        }
        Ok((plan, counts))
    }

    fn write(&mut self, tx: &mut Tx<'_>, plan: Vec<NewUser>) -> Result<()> {
        opening::insert(tx, &plan).map(|_| ())
    }
}

impl Accounts {
    /// Returns the faults of a row whose teacher has no account, or another one.
    fn faults(&self, context: &PlanContext<'_>, row: &Row, teacher: &AccountTeacher) -> Vec<FieldFault> {
        if let Some((username, role)) = &teacher.account {
            let message = format!("该教师已有账号 {username}（{}）", role.label());
            return vec![("teacher_no", "has_account", message)];
        }
        if !teacher.in_service {
            return vec![("teacher_no", "not_in_service", "该教师已不在岗".to_owned())];
        }
        let mut faults = Vec::new();
        if row.name.as_ref().is_some_and(|name| *name != teacher.name) {
            let message = format!("教师编号 {} 的教师是{}", teacher.teacher_no, teacher.name);
            faults.push(("name", "name_mismatch", message));
        }
        if !rules::may_open(context.user, row.role()) {
            faults.push(("role", "role_not_allowed", rules::ROLE_NOT_ALLOWED.to_owned()));
        }
        let column = if row.username.is_some() { "username" } else { "teacher_no" };
        if let Err(error) = check_username(row.username()) {
            let reason = error.message.unwrap_or_default();
            faults.push((column, "bad_username", format!("“{}”不能作为用户名：{reason}", row.username())));
        } else if self.usernames.contains(&row.username().to_lowercase()) {
            faults.push((column, "username_taken", format!("用户名 {} 已被使用", row.username())));
        }
        faults
    }
}
