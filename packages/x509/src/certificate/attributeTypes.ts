/** What attribute types of names are called: OpenSSL's long names, because Python shows those. */

/** Names that follow each other under one arc, from `first` on. */
function numbered(arc: string, first: number, names: string): [oid: string, name: string][] {
  return names.split(' ').map((name, index) => [`${arc}.${first + index}`, name]);
}

const longNames: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  // X.520.
  ...numbered(
    '2.5.4',
    3,
    'commonName surname serialNumber countryName localityName stateOrProvinceName streetAddress organizationName ' +
      'organizationalUnitName title description searchGuide businessCategory postalAddress postalCode postOfficeBox ' +
      'physicalDeliveryOfficeName telephoneNumber telexNumber teletexTerminalIdentifier facsimileTelephoneNumber ' +
      'x121Address internationaliSDNNumber registeredAddress destinationIndicator preferredDeliveryMethod ' +
      'presentationAddress supportedApplicationContext member owner roleOccupant seeAlso userPassword ' +
      'userCertificate cACertificate authorityRevocationList certificateRevocationList crossCertificatePair name ' +
      'givenName initials generationQualifier x500UniqueIdentifier dnQualifier enhancedSearchGuide ' +
      'protocolInformation distinguishedName uniqueMember houseIdentifier supportedAlgorithms ' +
      'deltaRevocationList dmdName',
  ),
  ['2.5.4.65', 'pseudonym'],
  ['2.5.4.72', 'role'],
  ...numbered('2.5.4', 97, 'organizationIdentifier countryCode3c countryCode3n dnsName'),
  // PKCS #9, RFC 2985.
  ...numbered('1.2.840.113549.1.9', 1, 'emailAddress unstructuredName'),
  ...numbered('1.2.840.113549.1.9', 7, 'challengePassword unstructuredAddress'),
  ['1.2.840.113549.1.9.20', 'friendlyName'],
  // COSINE, RFC 4524.
  ...numbered(
    '0.9.2342.19200300.100.1',
    1,
    'userId textEncodedORAddress rfc822Mailbox info favouriteDrink roomNumber photo userClass host manager ' +
      'documentIdentifier documentTitle documentVersion documentAuthor documentLocation',
  ),
  ...numbered('0.9.2342.19200300.100.1', 20, 'homeTelephoneNumber secretary otherMailbox'),
  ['0.9.2342.19200300.100.1.25', 'domainComponent'],
  ...numbered(
    '0.9.2342.19200300.100.1',
    37,
    'associatedDomain associatedName homePostalAddress personalTitle',
  ),
  ...numbered(
    '0.9.2342.19200300.100.1',
    41,
    'mobileTelephoneNumber pagerTelephoneNumber friendlyCountryName',
  ),
  ...numbered('0.9.2342.19200300.100.1', 44, 'uniqueIdentifier organizationalStatus'),
  ['0.9.2342.19200300.100.1.48', 'buildingName'],
  // Extended validation.
  ...numbered(
    '1.3.6.1.4.1.311.60.2.1',
    1,
    'jurisdictionLocalityName jurisdictionStateOrProvinceName jurisdictionCountryName',
  ),
  // RFC 3739.
  ...numbered(
    '1.3.6.1.5.5.7.9',
    1,
    'id-pda-dateOfBirth id-pda-placeOfBirth id-pda-gender id-pda-countryOfCitizenship id-pda-countryOfResidence',
  ),
  // Numbers that Russian law gives to organizations and people.
  ['1.2.643.100.1', 'OGRN'],
  ['1.2.643.100.3', 'SNILS'],
  ['1.2.643.100.5', 'OGRNIP'],
  ['1.2.643.3.131.1.1', 'INN'],
]);

/** `commonName`; the OID itself where there is no name for it. */
export function attributeTypeName(oid: string): string {
  return longNames.get(oid) ?? oid;
}
