//! 中文。

use super::{Catalog, Label};

pub struct Zh;

impl Catalog for Zh {
    fn label(&self, label: Label) -> &'static str {
        match label {
            Label::Play => "播放",
            Label::Pause => "暂停",
            Label::Step => "单步",
            Label::StepBack => "后退一步",
            Label::NextInteresting => "下一件要事",
            Label::PreviousInteresting => "上一件要事",
            Label::NextPhase => "下一阶段",
            Label::ToStart => "回到开头",
            Label::Undo => "撤销",
            Label::Redo => "重做",
            Label::StoryTime => "故事时间",
            Label::Znodes => "znode",
            Label::Why => "为什么会这样",
            Label::Log => "日志",
            Label::Inspect => "查看",
            Label::Timeline => "时间轴",
            Label::OpenAllPanels => "展开所有面板",
            Label::Close => "关闭",
            Label::CopyLink => "复制链接",
            Label::LinkCopied => "链接已复制：打开就是这一刻。",
            Label::Theme => "浅色或深色",
            Label::Help => "帮助与快捷键",
        }
    }
}
