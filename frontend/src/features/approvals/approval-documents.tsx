import { Anchor, Image, List, Stack, Text } from "@mantine/core";
import type { Approval } from "@/features/approvals/approval-queries";
import { approvalTexts } from "@/features/approvals/texts";

const texts = approvalTexts.dialog;

type ApprovalDocumentsProps = { documents: Approval["documents"] };

/** The files of a question, and a look at the first one that browsers can show. */
export function ApprovalDocuments({ documents }: ApprovalDocumentsProps) {
  const shown = documents.find(({ content_type }) => isImage(content_type) || isPage(content_type));
  if (documents.length === 0) return null;
  return (
    <Stack gap="xs">
      <Text size="sm" fw={600}>
        {texts.documents}
      </Text>
      <List size="sm">
        {documents.map(({ $file, name }) => (
          <List.Item key={$file}>
            <Anchor href={address($file)} target="_blank" rel="noreferrer">
              {name}
            </Anchor>
          </List.Item>
        ))}
      </List>
      {shown ? <Preview document={shown} /> : null}
    </Stack>
  );
}

function Preview({ document: { $file, name, content_type } }: { document: Approval["documents"][number] }) {
  if (isImage(content_type))
    return <Image src={address($file)} alt={texts.preview(name)} mah={400} fit="contain" />;
  return (
    <iframe
      src={content_type === "application/pdf" ? `${address($file)}${PDF_VIEW}` : address($file)}
      title={texts.preview(name)}
      style={{ width: "100%", height: 400, border: "1px solid var(--mantine-color-default-border)" }}
    />
  );
}

// Browsers' PDF viewers read it: the page as wide as the frame, without the pictures of pages beside it.
const PDF_VIEW = "#navpanes=0&view=FitH";

function address(file: string): string {
  return `/api/files/${encodeURIComponent(file)}/?inline=1`;
}

function isImage(contentType: string): boolean {
  return /^image\/(png|jpeg|gif|webp)/.test(contentType);
}

function isPage(contentType: string): boolean {
  return /^(application\/(pdf|json)|text\/)/.test(contentType);
}
