import { useEffect, useState } from "react";
import { Alert, Breadcrumb, Button, Flex, Layout, Select, Space, Table, Tag, Typography } from "antd";

import { get } from "./api.js";
import Filters from "./Filters.jsx";
import { STAGES, STATUSES, STATUS_COLORS } from "./labels.js";
import { useListQuery } from "./useListQuery.js";

const ORDER = "teacher_no";
const LIMITS = ["20", "50", "100", "200"].map((value) => ({ value, label: `${value} 条/页` }));

function columns(sort) {
  const order = (field) => ({ [field]: "ascend", [`-${field}`]: "descend" })[sort] ?? null;
  return [
    { title: "教师编号", dataIndex: "teacher_no", sorter: true, sortOrder: order("teacher_no") },
    {
      title: "姓名", dataIndex: "name", sorter: true, sortOrder: order("name"),
      render: (name, row) => <a href={`/teachers/${row.id}`}>{name}</a>,
    },
    {
      title: "单位", dataIndex: "organization",
      render: (organization) => <a href={`/organizations/${organization.id}`}>{organization.name}</a>,
    },
    { title: "学科", dataIndex: "subject" },
    { title: "学段", dataIndex: "stage", render: (stage) => STAGES[stage] },
    { title: "职称", dataIndex: "title" },
    {
      title: "状态", dataIndex: "status",
      render: (status, row) => (
        <>
          <Tag color={STATUS_COLORS[status]}>{STATUSES[status]}</Tag>
          {row.backbone && <Tag color="processing">骨干</Tag>}
        </>
      ),
    },
  ];
}

/** The page of the list that the URL names. */
function useTeachers(query) {
  const [state, setState] = useState({ loading: true });
  useEffect(() => {
    const abort = new AbortController();
    const asked = { limit: "20", ...query, sort: query.sort ?? ORDER, with_total: "true" };
    setState((before) => ({ ...before, loading: true, error: null }));
    get("/teachers", asked, abort.signal).then(
      (page) => setState({ loading: false, page }),
      (error) => abort.signal.aborted || setState({ loading: false, error }),
    );
    return () => abort.abort();
  }, [query]);
  return state;
}

export default function TeachersPage() {
  const [query, change] = useListQuery();
  const { loading, page, error } = useTeachers(query);
  const sort = query.sort ?? ORDER;
  return (
    <Layout style={{ minHeight: "100vh" }}>
      <Layout.Header><Typography.Text style={{ color: "#fff" }}>送教下乡培训管理平台</Typography.Text></Layout.Header>
      <Layout.Content style={{ padding: 24 }}>
        <Breadcrumb items={[{ title: <a href="/">工作台</a> }, { title: "教师" }]} />
        <Typography.Title level={3}>教师</Typography.Title>
        <Filters query={query} change={change} />
        {error && <Alert type="error" showIcon message={error.message} style={{ marginBottom: 16 }} />}
        <Table rowKey="id" size="middle" loading={loading} dataSource={page?.items} columns={columns(sort)}
          pagination={false} scroll={{ x: "max-content" }}
          onChange={(_pages, _filters, { field, order }) =>
            change({ sort: order ? `${order === "descend" ? "-" : ""}${field}` : "" })} />
        <Flex justify="space-between" align="center" style={{ marginTop: 16 }}>
          <span>{page && `共 ${page.total} 名教师`}</span>
          <Space>
            <Select value={query.limit ?? "20"} options={LIMITS} onChange={(limit) => change({ limit })} />
            <Button disabled={!query.cursor} onClick={() => history.back()}>上一页</Button>
            <Button disabled={!page?.next_cursor} onClick={() => change({ cursor: page.next_cursor })}>下一页</Button>
          </Space>
        </Flex>
      </Layout.Content>
    </Layout>
  );
}
