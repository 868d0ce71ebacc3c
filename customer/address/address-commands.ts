/** An issue was reported with the address. */
export type FileIssue = {
  readonly type: 'FileIssue';
  readonly commandId: string;
  readonly addressId: string;
  readonly issueId: string;
  readonly customerId: string;
};

/** Somebody asks for the links to all issues of the address. */
export type RequestLinks = {
  readonly type: 'RequestLinks';
  readonly commandId: string;
  readonly addressId: string;
  readonly email: string;
};

export type AddressCommand = FileIssue | RequestLinks;
