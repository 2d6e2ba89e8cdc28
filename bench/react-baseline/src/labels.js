export const SUBJECTS = [
  "语文", "数学", "英语", "物理", "化学", "生物", "道德与法治", "思想政治", "历史", "地理", "科学", "音乐", "体育",
  "美术", "信息技术", "综合实践", "心理健康", "学前教育", "特殊教育",
];

export const STAGES = {
  kindergarten: "学前",
  primary: "小学",
  junior_middle: "初中",
  senior_middle: "高中",
  special: "特殊教育",
  vocational: "中职",
};

export const STATUSES = { active: "在职", on_leave: "休假", retired: "退休", left: "离职" };

export const STATUS_COLORS = { active: "success", on_leave: "warning" };

/** The options of a select, from values with their labels. */
export function options(labels) {
  return Object.entries(labels).map(([value, label]) => ({ value, label }));
}
