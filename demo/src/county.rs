//! The organizations: bureau, training school, university, school districts, schools.

use songjiao_api::batch::organizations::OrganizationRow;
use songjiao_types::{OrganizationId, organizations::OrganizationKind, training::Stage};

use super::{
    calendar::{day, nine},
    random::Chance,
};

/// The townships; the schools of each form a district.
const TOWNSHIPS: [&str; 12] =
    ["白旗", "亮甲山", "法特", "溪河", "平安", "金马", "开原", "朝阳", "小城", "上营", "水曲柳", "七里"];

/// The schools of a township: name, stage, weight by teachers, 学区基地校.
const RURAL: [(&str, Stage, usize, bool); 4] = [
    ("中心小学校", Stage::Primary, 76, true),
    ("初级中学校", Stage::JuniorMiddle, 72, false),
    ("第二小学校", Stage::Primary, 38, false),
    ("中心幼儿园", Stage::Kindergarten, 22, false),
];

/// The schools in town.
const TOWN: [(&str, Stage, usize, bool); 12] = [
    ("舒兰市第一高级中学校", Stage::SeniorMiddle, 230, false),
    ("舒兰市第二高级中学校", Stage::SeniorMiddle, 150, false),
    ("舒兰市第三中学校", Stage::JuniorMiddle, 170, true),
    ("舒兰市第五中学校", Stage::JuniorMiddle, 140, false),
    ("舒兰市第十六中学校", Stage::JuniorMiddle, 120, false),
    ("舒兰市实验小学校", Stage::Primary, 180, true),
    ("舒兰市第一小学校", Stage::Primary, 140, false),
    ("舒兰市第二小学校", Stage::Primary, 120, false),
    ("舒兰市北城小学校", Stage::Primary, 100, false),
    ("舒兰市实验幼儿园", Stage::Kindergarten, 60, false),
    ("舒兰市特殊教育学校", Stage::Special, 34, false),
    ("舒兰市职业高级中学校", Stage::Vocational, 60, false),
];

/// A school or kindergarten.
pub struct School {
    pub id: OrganizationId,
    pub name: String,
    pub stage: Stage,
    pub rural: bool,
    pub district: usize,
    /// Its share of the teachers, relative to the others.
    pub weight: usize,
}

/// The generated organizations.
pub struct County {
    pub root: OrganizationId,
    pub training_school: OrganizationId,
    pub university: String,
    /// The ids of the districts, in order of their codes.
    pub districts: Vec<OrganizationId>,
    pub schools: Vec<School>,
    pub rows: Vec<OrganizationRow>,
}

struct Planter<'a> {
    chance: &'a mut Chance,
    rows: Vec<OrganizationRow>,
}

impl Planter<'_> {
    fn plant(
        &mut self,
        (parent, parent_path): (OrganizationId, &str),
        code: &str,
        name: &str,
        kind: OrganizationKind,
        (rural, base_school): (bool, bool),
    ) -> (OrganizationId, String) {
        let (id, since) = (self.chance.id(day(2020, 1, 2)), nine(day(2020, 1, 2)));
        let row = OrganizationRow::new(code, name, kind, Some((parent, parent_path)), since);
        let path = row.path.clone();
        self.rows.push(OrganizationRow { id, rural, base_school, ..row });
        (id, path)
    }
}

/// Generates the tree below the root.
pub fn plant(chance: &mut Chance, root: OrganizationId, root_path: &str) -> County {
    let mut planter = Planter { chance, rows: Vec::new() };
    let top = (root, root_path);
    let university = "松江师范学院";
    let (training_school, _) =
        planter.plant(top, "JX01", "舒兰市教师进修学校", OrganizationKind::TrainingSchool, (false, false));
    planter.plant(top, "GX01", university, OrganizationKind::University, (false, false));
    let (mut districts, mut schools) = (Vec::new(), Vec::new());
    for (number, township) in TOWNSHIPS.iter().copied().chain(["城区"]).enumerate() {
        let town = township == "城区";
        let code = format!("XQ{:02}", number + 1);
        let name = format!("{township}学区");
        let (district, path) = planter.plant(top, &code, &name, OrganizationKind::District, (!town, false));
        districts.push(district);
        let of_the_district: &[_] = if town { &TOWN } else { &RURAL };
        for (place, (name, stage, weight, base)) in of_the_district.iter().enumerate() {
            let kind = match stage {
                Stage::Kindergarten => OrganizationKind::Kindergarten,
                _ => OrganizationKind::School,
            };
            let name = if town { (*name).to_owned() } else { format!("舒兰市{township}镇{name}") };
            let code = format!("{code}-{:02}", place + 1);
            let (id, _) = planter.plant((district, &path), &code, &name, kind, (!town, *base));
            schools.push(School { id, name, stage: *stage, rural: !town, district: number, weight: *weight });
        }
    }
    let rows = planter.rows;
    County { root, training_school, university: university.to_owned(), districts, schools, rows }
}
